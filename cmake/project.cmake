# The only place with compiler flags. Every target is made by one of the functions below.

option(NIANLUN_WERROR "Warnings are errors (the presets switch it on)" OFF)
option(NIANLUN_FUZZ "Build the fuzzers (clang only)" OFF)
set(NIANLUN_SANITIZE "" CACHE STRING "Value of -fsanitize= for every target, or empty")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
# Assertions stay on in every build: they guard against our own bugs, never against input.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(nianlun_build_flags INTERFACE)
target_compile_options(nianlun_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Both warn wrongly: "literal" + std::string() at -O2 and above (GCC bug 105651, mended in 13), and
  # std::optional and std::variant at -O2 or under a sanitizer (GCC bug 80635).
  target_compile_options(nianlun_build_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(NIANLUN_WERROR)
  target_compile_options(nianlun_build_flags INTERFACE -Werror)
endif()
if(NIANLUN_SANITIZE)
  add_compile_options(-fsanitize=${NIANLUN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NIANLUN_SANITIZE})
  if(NIANLUN_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # Asio's fences, which TSan does not know
  endif()
endif()
if(NIANLUN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# Linked into the two programs that keep a ledger: tcmalloc takes a twelfth less processor time than glibc's
# allocator per capture, and more per answer. Sanitizers bring an allocator of their own.
add_library(nianlun_allocator INTERFACE)
if(NOT NIANLUN_SANITIZE AND NOT NIANLUN_FUZZ)
  target_link_libraries(nianlun_allocator INTERFACE -Wl,--push-state,--no-as-needed tcmalloc_minimal -Wl,--pop-state)
endif()

# nianlun_library(NAME HEADERS h... SOURCES cc... [LINK libs...] [PRIVATE_LINK libs...])
# One folder may hold several; public headers lie in its include/.
function(nianlun_library name)
  cmake_parse_arguments(ARG "" "" "HEADERS;SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${ARG_HEADERS})
  target_include_directories(${name} PRIVATE src)
  target_link_libraries(${name} PUBLIC ${ARG_LINK}
                        PRIVATE nianlun_build_flags ${ARG_PRIVATE_LINK})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# nianlun_binary(NAME SOURCES cc... LINK libs...) makes build/<preset>/bin/NAME.
function(nianlun_binary name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE nianlun_build_flags ${ARG_LINK})
  if(ARG_OUTPUT)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT})
  endif()
endfunction()

# nianlun_test(NAME SOURCES cc... LINK libs... [LABELS l...]): one doctest binary, one ctest entry.
# Tests read published vectors from $NIANLUN_VECTORS; see tests/vectors.h.
function(nianlun_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT TARGET nianlun_test_main)  # doctest's own code is compiled once
    add_library(nianlun_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cc)
    target_link_libraries(nianlun_test_main PRIVATE nianlun_build_flags doctest::doctest)
  endif()
  add_executable(${name} ${ARG_SOURCES} $<TARGET_OBJECTS:nianlun_test_main>)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE NIANLUN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE nianlun_build_flags doctest::doctest ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
endfunction()

# nianlun_fuzzer(NAME [LINK libs...]): NAME_fuzz.cc, a libFuzzer target over ledger_core or other
# libraries, and a ctest entry that runs it for NIANLUN_FUZZ_S seconds from seeds/NAME/. What it
# finds stays in the build folder.
set(NIANLUN_FUZZ_S 20 CACHE STRING "Seconds that each fuzzer runs as a test")
function(nianlun_fuzzer name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name}_fuzz ${name}_fuzz.cc)
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name}_fuzz PRIVATE nianlun_build_flags ledger_core ${ARG_LINK})
  set_target_properties(${name}_fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  set(found ${CMAKE_BINARY_DIR}/fuzz/${name})
  file(MAKE_DIRECTORY ${found}/corpus)
  set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/seeds/${name})
  if(NOT EXISTS ${seeds})
    message(FATAL_ERROR "the fuzzer ${name} needs seeds in ${seeds}")
  endif()
  math(EXPR timeout "${NIANLUN_FUZZ_S} + 120")
  add_test(NAME ${name}_fuzz COMMAND ${name}_fuzz -max_total_time=${NIANLUN_FUZZ_S} -timeout=10
           -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 -artifact_prefix=${found}/
           ${found}/corpus ${seeds})
  set_tests_properties(${name}_fuzz PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()

# nianlun_embed(TARGET NAMESPACE_FUNCTION FILES...): compiles files into TARGET as
# a function `std::string_view NAME(std::string_view file)`, declared by the one who uses it.
function(nianlun_embed target function_name)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_${function_name}.cc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DFUNCTION=${function_name} "-DFILES=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
