package io.pika.cli.source;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.transfer.Choice;
import io.pika.cli.transfer.Existing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is imported to where, and how.
 *
 * @param existing empty: the table must have no keys
 * @param state null: beside the working directory, named for source and table
 * @param sampleKeys how many keys are compared at the end; 0: see the share
 * @param sampleShare of all keys, 0 to 1
 */
public record ImportOptions(String source, RedisAddress table, Choice choice,
    Optional<Existing> existing,
    boolean dryRun, int lanes, @Nullable Path state, int sampleKeys, double sampleShare) {}
