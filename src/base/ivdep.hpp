// A loop whose turns do not depend on each other, told to the compiler: before `for`.
#pragma once

#if defined(__clang__)
#define TESSERA_IVDEP _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define TESSERA_IVDEP _Pragma("GCC ivdep")
#else
#define TESSERA_IVDEP
#endif
