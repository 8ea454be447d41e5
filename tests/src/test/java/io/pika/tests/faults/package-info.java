/** Black box: what happens to a real cluster when it is killed, starved, damaged or shouted at. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.faults;
