/**
 * Lua 5.1 for scripts of strangers: the language with its string, table and math libraries, metered. It knows nothing of
 * Redis, Java classes, files, clocks. See docs/decisions/2026-11-25-lua-runtime.md.
 */
@org.jspecify.annotations.NullMarked
package io.pika.node.lua;
