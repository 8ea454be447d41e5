/** What people and programs reach the manager by: HTTP with JSON, tokens with roles, metrics, documentation. */
@org.jspecify.annotations.NullMarked
package io.pika.manager.rest;
