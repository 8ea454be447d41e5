package io.pika.node.settings;

import io.pika.core.settings.HostPort;
import io.pika.core.settings.NodeMemory;
import io.pika.core.settings.Setting;
import io.pika.core.settings.SettingsSpec;
import io.pika.node.log.FsyncMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Every setting of a node, in the order of etc/pika-node.yaml. Names are Redis's where Redis has the thing. */
public final class NodeSettings {
  public static final Setting<Path> DIR = Setting.path("dir", "data",
      "Directory of this node's data. One process at a time; a directory belongs to one node of one cluster.");
  public static final Setting<String> BIND = Setting.string("bind", "127.0.0.1",
      "Addresses that clients connect to, with blanks between. Beyond loopback only with require-password.");
  public static final Setting<Integer> PORT = Setting.port("port", 9221, "Port that clients connect to.");
  public static final Setting<String> PEER_BIND = Setting.string("peer-bind", "127.0.0.1",
      "Address that other nodes connect to. Beyond loopback only with cluster-secret-file.");
  public static final Setting<Integer> PEER_PORT = Setting.port("peer-port", 19221,
      "Port that other nodes connect to.");
  public static final Setting<String> ADMIN_BIND = Setting.string("admin-bind", "127.0.0.1",
      "Address of /metrics, /health and /ready. Beyond loopback only with admin-token-file.");
  public static final Setting<Integer> ADMIN_PORT = Setting.port("admin-port", 8221,
      "Port of /metrics, /health and /ready (HTTP).");
  public static final Setting<String> ADVERTISE_HOST = Setting.string("advertise-host", "",
      "Name or address by which clients and other nodes reach this node; empty: the first address of bind.");
  public static final Setting<String> ZONE = Setting.string("zone", "",
      "Failure domain, such as a rack or a data centre; replicas are spread over zones.");

  public static final Setting<List<HostPort>> MANAGER = Setting.addresses("manager", "127.0.0.1:9301",
      "Internal addresses of the managers, with commas between.");
  public static final Setting<Path> CLUSTER_SECRET_FILE = Setting.path("cluster-secret-file", "",
      "File with the secret that the processes of this cluster share; at least 16 characters.");
  public static final Setting<Path> ADMIN_TOKEN_FILE = Setting.path("admin-token-file", "",
      "File with the token that /metrics and /health ask for (Authorization: Bearer); empty: none, on loopback.");
  public static final Setting<Boolean> REQUIRE_PASSWORD = Setting.bool("require-password", false,
      "Serve only tables that have a password. No: a table without one is served to clients on loopback.");

  public static final Setting<Integer> MAXCLIENTS = Setting.integer("maxclients", 10_000,
      "Most clients connected at a time.").between("1", "1000000").changeable();
  public static final Setting<Integer> TIMEOUT = Setting.integer("timeout", 0,
      "Seconds after which an idle client is disconnected; 0: never.").between("0", "2147483").changeable();
  public static final Setting<Integer> TCP_KEEPALIVE = Setting.integer("tcp-keepalive", 300,
      "Seconds between probes of idle connections; 0: none. For connections made from then on.")
      .between("0", "2147483").changeable();
  public static final Setting<Integer> TCP_BACKLOG = Setting.integer("tcp-backlog", 511,
      "Connections that wait to be accepted.").between("1", "65535");
  public static final Setting<Integer> IO_THREADS = Setting.integer("io-threads", 0,
      "Threads that read, execute and answer; 0: one for each core, at most 4.").between("0", "128");
  public static final Setting<Integer> LONG_COMMAND_THREADS = Setting.integer("long-command-threads", 0,
      "Threads for commands that take long; one table uses half of them at most. 0: one for each core, at most 8; always two or more.")
      .between("0", "128");
  public static final Setting<Integer> LONG_COMMAND_QUEUE = Setting.integer("long-command-queue", 256,
      "Long commands that wait for a thread, half of them of one table at most; more get TRYAGAIN.")
      .between("2", "65536");
  public static final Setting<Long> PROTO_MAX_BULK_LEN = Setting.bytes("proto-max-bulk-len", "512mb",
      "Longest argument of a command.").between("1mb", "1gb").changeable();
  public static final Setting<Long> CLIENT_QUERY_BUFFER_LIMIT = Setting
      .bytes("client-query-buffer-limit", "1gb",
          "Most bytes of unanswered requests of one client; beyond it the client is disconnected.")
      .between("1mb", "2047mb").changeable();
  public static final Setting<String> CLIENT_OUTPUT_BUFFER_LIMIT = Setting.string(
      "client-output-buffer-limit",
      "normal 1gb 256mb 60 pubsub 32mb 8mb 60",
      "Replies and messages that a client or a subscriber does not fetch: disconnected beyond the first size, or"
          + " beyond the second for so many seconds; 0: no limit.")
      .check(OutputLimit::isValid,
          "normal or pubsub, a size, a size and seconds, as in normal 1gb 256mb 60 pubsub 32mb 8mb 60")
      .changeable();
  public static final Setting<Long> MAXMEMORY_CLIENTS = Setting.bytes("maxmemory-clients", "0",
      "Most bytes of unanswered requests of all clients; the client that goes beyond it is disconnected."
          + " 0: half of the memory outside the heap.")
      .changeable();
  public static final Setting<Long> LONG_REPLY_BYTES = Setting.bytes("long-reply-bytes", "1mb",
      "Memory of one reply from which on it is sent in pieces, as the client fetches it, where the command allows that"
          + " (HGETALL, LRANGE, SMEMBERS, ZRANGE, XRANGE and the like).")
      .between("1", "64mb").changeable();
  public static final Setting<Duration> LONG_REPLY_TIMEOUT = Setting.duration("long-reply-timeout", "60s",
      "A client that is sent a reply in pieces and takes no more of it for so long is disconnected.")
      .between("1s", "1h").changeable();
  public static final Setting<Duration> REQUEST_TIMEOUT = Setting.duration("request-timeout", "5s",
      "How long a command may wait for another node before the client gets an error.").between("100ms", "5m");

  public static final Setting<FsyncMode> FSYNC = Setting.choice("fsync", FsyncMode.EVERYSEC,
      "When a write is answered: always, after it is on the disk; everysec and no, after the operating system has it,"
          + " which then brings it to the disk within a second, or when it likes.")
      .changeable();

  public static final Setting<Duration> ACKS_TIMEOUT = Setting.duration("acks-timeout", "3s",
      "How long a reply waits for followers, in tables whose acks ask for that; and how long a slot may have too few of them"
          + " before writes to it are refused (NOREPLICAS). Below request-timeout.")
      .between("10ms", "4m").changeable();
  public static final Setting<Long> REPL_LOG_SIZE = Setting.bytes("repl-log-size", "256mb",
      "How much of its log a node with replicas keeps for those that come back: who was away for more than that is copied"
          + " anew.")
      .between("1mb", "1024gb").changeable();

  public static final Setting<Long> REPL_COPY_RATE = Setting.bytes("repl-copy-rate", "64mb",
      "Bytes a second at which this node gives slots that it leads to nodes that cannot go on from its log, all together;"
          + " 0: as fast as can be.")
      .between("0", "1024gb").changeable();

  public static final Setting<Long> MEMORY = NodeMemory.SETTING;

  public static final Setting<String> NOTIFY_KEYSPACE_EVENTS = Setting.string("notify-keyspace-events", "",
      "Which events of keys are published as messages, in Redis's letters, as in KEA or Ex; empty: none. Of the keys"
          + " that this node leads: set it on every node.")
      .check(EventClasses::isValid, "letters out of Ag$lshzxeKEtmdn").changeable();
  public static final Setting<Integer> LUA_TIME_LIMIT = Setting.integer("lua-time-limit", 5000,
      "Milliseconds that a script or function may run; then it is stopped and nothing of it is kept. Its slot waits as"
          + " long.")
      .between("1", "60000").changeable();
  public static final Setting<Long> LUA_MEMORY_LIMIT = Setting.bytes("lua-memory-limit", "64mb",
      "Memory that a script or function may take; then it is stopped and nothing of it is kept. As many run at a time as"
          + " there are threads for long commands.")
      .between("1mb", "1gb").changeable();

  public static final Setting<Integer> SLOWLOG_LOG_SLOWER_THAN = Setting.integer("slowlog-log-slower-than",
      10_000,
      "Microseconds from reading a command to its reply from which it goes into SLOWLOG; -1: none, 0: all.")
      .between("-1", "2147483647").changeable();
  public static final Setting<Integer> SLOWLOG_MAX_LEN = Setting.integer("slowlog-max-len", 128,
      "Entries of SLOWLOG for each table.").between("0", "10000").changeable();
  public static final Setting<LogLevel> LOGLEVEL = Setting.choice("loglevel", LogLevel.NOTICE,
      "How much the process says about itself.").changeable();
  public static final Setting<LogFormat> LOG_FORMAT = Setting.choice("log-format", LogFormat.TEXT,
      "Lines for people, or one JSON object to a line.");

  public static final SettingsSpec SPEC = SettingsSpec.of("pika-node", DIR, BIND, PORT, PEER_BIND, PEER_PORT,
      ADMIN_BIND, ADMIN_PORT, ADVERTISE_HOST, ZONE, MANAGER, CLUSTER_SECRET_FILE, ADMIN_TOKEN_FILE,
      REQUIRE_PASSWORD,
      MAXCLIENTS, TIMEOUT, TCP_KEEPALIVE, TCP_BACKLOG, IO_THREADS, LONG_COMMAND_THREADS, LONG_COMMAND_QUEUE,
      PROTO_MAX_BULK_LEN,
      CLIENT_QUERY_BUFFER_LIMIT,
      CLIENT_OUTPUT_BUFFER_LIMIT, MAXMEMORY_CLIENTS, LONG_REPLY_BYTES, LONG_REPLY_TIMEOUT, REQUEST_TIMEOUT,
      FSYNC, ACKS_TIMEOUT, REPL_LOG_SIZE, REPL_COPY_RATE, MEMORY, NOTIFY_KEYSPACE_EVENTS,
      LUA_TIME_LIMIT, LUA_MEMORY_LIMIT, SLOWLOG_LOG_SLOWER_THAN,
      SLOWLOG_MAX_LEN, LOGLEVEL, LOG_FORMAT);

  /** Redis's names for how much is logged. */
  public enum LogLevel {
    DEBUG, VERBOSE, NOTICE, WARNING
  }

  public enum LogFormat {
    TEXT, JSON
  }

  private NodeSettings() {}
}
