#if defined(__SANITIZE_ADDRESS__)
// Fontconfig keeps its configuration until the process ends, and Cairo 1.16 loses a table of 768
// bytes with each PDF surface. Whatever else is lost is ours.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libcairo\n";
}
#endif
