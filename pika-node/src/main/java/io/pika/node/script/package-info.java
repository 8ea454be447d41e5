/**
 * Redis' scripts: the redis, bit and cjson libraries, what becomes of values between Redis and Lua, the cache of scripts, and the
 * threads that run them. See docs/decisions/2026-11-25-lua-runtime.md.
 */
@org.jspecify.annotations.NullMarked
package io.pika.node.script;
