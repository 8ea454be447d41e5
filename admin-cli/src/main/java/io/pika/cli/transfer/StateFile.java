package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where an import stands, on disk, so that one that was killed goes on. What it says is in the table; what comes after may
 * be there too.
 *
 * <pre>{"format": 1, "source": "...", "table": "...", "run": "...", "in": "rdb", "offset": 9, "crc": "0c", ...}</pre>
 *
 * @param path where it is
 */
public record StateFile(Path path) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int FORMAT = 1;

  /**
   * What is in it.
   *
   * @param source what tells the source from others, and from itself at another time
   * @param table where it goes
   * @param run names this import in the table, through all its starts
   * @param place null: nothing is in the table yet
   */
  public record State(String source, String table, String run, @Nullable Place place) {
    public State at(Place reached) {
      return new State(source, table, run, reached);
    }
  }

  /** Empty: there is none. */
  public Optional<State> load() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(path));
      if (node.path("format").asInt() != FORMAT) {
        throw new IOException(path + " is no state of an import of this version");
      }
      return Optional.of(new State(node.path("source").asString(), node.path("table").asString(),
          node.path("run").asString(), place(node)));
    } catch (JacksonException damaged) {
      throw new IOException(path + " is no state of an import: " + damaged.getOriginalMessage(), damaged);
    }
  }

  /** Replaces it in one step. */
  public void save(State state) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("format", FORMAT).put("source", state.source).put("table", state.table).put("run", state.run);
    switch (state.place) {
      case null -> node.put("in", "nothing");
      case Place.InRdb(RdbFile.Position at) ->
        node.put("in", "rdb").put("offset", at.offset()).put("crc", HexFormat.of().toHexDigits(at.crc()))
            .put("version", at.version()).put("database", at.database());
      case Place.InLog(long offset, long database) ->
        node.put("in", "log").put("offset", offset).put("database", database);
      case Place.InScan(long part, String cursor) ->
        node.put("in", "scan").put("part", part).put("cursor", cursor);
    }
    Path next = path.resolveSibling(path.getFileName() + ".new");
    Files.write(next, JSON.writeValueAsBytes(node));
    try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The import is complete. */
  public void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  private static @Nullable Place place(JsonNode node) {
    return switch (node.path("in").asString()) {
      case "rdb" -> new Place.InRdb(new RdbFile.Position(node.path("offset").asLong(),
          HexFormat.fromHexDigitsToLong(node.path("crc").asString()), node.path("version").asInt(),
          node.path("database").asLong()));
      case "log" -> new Place.InLog(node.path("offset").asLong(), node.path("database").asLong());
      case "scan" -> new Place.InScan(node.path("part").asLong(), node.path("cursor").asString());
      default -> null;
    };
  }
}
