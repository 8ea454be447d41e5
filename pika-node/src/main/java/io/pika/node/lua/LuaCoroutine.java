package io.pika.node.lua;

/** A coroutine. */
final class LuaCoroutine {}
