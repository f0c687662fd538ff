// Must not compile: a Result that nobody looks at is an error that nobody saw.

#include "ledger/result.h"

nianlun::Result<void> flush();
nianlun::Result<int> count();

void caller() {
#ifdef DROP_VOID
  flush();
#elif defined(DROP_VALUE)
  count();
#else
  if (!flush()) return;
  (void)count().has_value();
#endif
}
