/** What every change must keep: the architecture, the size and tidiness of sources, documents that hold. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.house;
