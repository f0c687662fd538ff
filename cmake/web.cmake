# The scripts of the pages. Their libraries come from npm by lock file into web/node_modules, once for
# all presets: with the lock file unchanged, nothing is fetched.

# nianlun_npm(FOLDER): what FOLDER/package-lock.json names is in FOLDER/node_modules.
function(nianlun_npm folder)
  set(lock ${folder}/package-lock.json)
  set(installed ${folder}/node_modules/installed-lock.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lock})
  if(EXISTS ${installed})
    file(SHA256 ${lock} wanted)
    file(SHA256 ${installed} found)
    if(wanted STREQUAL found)
      return()
    endif()
  endif()
  find_program(NPM npm REQUIRED)
  message(STATUS "npm ci in ${folder}")
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline
                  WORKING_DIRECTORY ${folder} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE why)
  if(failed)
    message(FATAL_ERROR "npm ci could not install the libraries of the pages:\n${why}")
  endif()
  configure_file(${lock} ${installed} COPYONLY)
endfunction()

# nianlun_web_script(OUT ENTRY [EXTERNAL MODULES...]): one file of ENTRY and what it imports, small, for
# the oldest browsers that we know (ES2020). EXTERNAL modules are fetched by the page when needed.
function(nianlun_web_script out entry)
  cmake_parse_arguments(ARG "" "" "EXTERNAL" ${ARGN})
  get_filename_component(folder ${entry} DIRECTORY)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.js)
  list(TRANSFORM ARG_EXTERNAL PREPEND "--external:")
  add_custom_command(OUTPUT ${out}
    COMMAND ${folder}/node_modules/.bin/esbuild ${entry} --bundle --format=esm --target=es2020 --minify
            --legal-comments=inline --log-level=warning --outfile=${out} ${ARG_EXTERNAL}
    DEPENDS ${sources} ${folder}/package-lock.json VERBATIM)
endfunction()
