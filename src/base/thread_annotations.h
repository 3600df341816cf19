// What clang's -Wthread-safety needs to know (scripts/check_thread_safety.sh); nothing to others.
#pragma once

#if defined(__clang__)
#define LMZIP_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define LMZIP_THREAD_ATTRIBUTE(x)
#endif

#define LMZIP_CAPABILITY(name) LMZIP_THREAD_ATTRIBUTE(capability(name))
#define LMZIP_SCOPED_CAPABILITY LMZIP_THREAD_ATTRIBUTE(scoped_lockable)
#define LMZIP_GUARDED_BY(mutex) LMZIP_THREAD_ATTRIBUTE(guarded_by(mutex))
#define LMZIP_REQUIRES(...) LMZIP_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define LMZIP_EXCLUDES(...) LMZIP_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define LMZIP_ACQUIRE(...) LMZIP_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define LMZIP_RELEASE(...) LMZIP_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
