package io.pika.manager.plan;

import io.pika.manager.state.Request;
import java.util.List;
import java.util.SortedMap;

/**
 * What to do now.
 *
 * @param steps empty when there is nothing to do but wait
 * @param waiting what each job that stands still waits for, for people
 */
public record Plan(List<Request> steps, SortedMap<Long, String> waiting) {}
