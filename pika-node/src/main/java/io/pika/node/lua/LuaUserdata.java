package io.pika.node.lua;

/** A thing from outside that a script can hold and compare, and nothing else; printed by its address. */
public record LuaUserdata(String address) {}
