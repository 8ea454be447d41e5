package io.pika.tests.bench;

import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * Where a benchmark runs.
 *
 * @param root of the checkout
 * @param out for results
 * @param err for what goes on meanwhile
 */
record Surroundings(Path root, PrintWriter out, PrintWriter err) {}
