/** Black box: what a user of a real cluster sees. The suites share one cluster, each on tables of its own. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.cluster;
