/* SPDX-License-Identifier: MIT */
/* sanitized.h - whether a sanitizer watches this build: those do things behind the program's back
 * that the program itself never does. */
#ifndef TOOLS_SANITIZED_H
#define TOOLS_SANITIZED_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||                         \
    __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#undef IS_SANITIZED
#define IS_SANITIZED 1
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

#endif
