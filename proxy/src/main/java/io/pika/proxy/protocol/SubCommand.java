package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Flag.ADMIN;
import static io.pika.proxy.protocol.Flag.ALLOW_BUSY;
import static io.pika.proxy.protocol.Flag.DENYOOM;
import static io.pika.proxy.protocol.Flag.LOADING;
import static io.pika.proxy.protocol.Flag.NOSCRIPT;
import static io.pika.proxy.protocol.Flag.NO_ASYNC_LOADING;
import static io.pika.proxy.protocol.Flag.PUBSUBS;
import static io.pika.proxy.protocol.Flag.READS;
import static io.pika.proxy.protocol.Flag.STALE;
import static io.pika.proxy.protocol.Flag.WRITES;
import static io.pika.proxy.protocol.Flag.is;
import static io.pika.proxy.protocol.Group.CLUSTERS;
import static io.pika.proxy.protocol.Group.CONNECTIONS;
import static io.pika.proxy.protocol.Group.GENERIC;
import static io.pika.proxy.protocol.Group.PUB_SUB;
import static io.pika.proxy.protocol.Group.PUB_SUB_HELP;
import static io.pika.proxy.protocol.Group.SCRIPTS;
import static io.pika.proxy.protocol.Group.SENTINELS;
import static io.pika.proxy.protocol.Group.SERVERS;
import static io.pika.proxy.protocol.Group.SERVER_CONNECTIONS;
import static io.pika.proxy.protocol.Group.STREAMS;
import static io.pika.proxy.protocol.KeyAccess.RO;
import static io.pika.proxy.protocol.KeyAccess.RO_ACCESS;
import static io.pika.proxy.protocol.KeyAccess.RW_DELETE;
import static io.pika.proxy.protocol.KeyAccess.RW_INSERT;
import static io.pika.proxy.protocol.KeyAccess.RW_UPDATE;
import static io.pika.proxy.protocol.KeySpec.at;
import static io.pika.proxy.protocol.Service.CLUSTER_CLIENT;
import static io.pika.proxy.protocol.Service.FILE;
import static io.pika.proxy.protocol.Service.INSIDES;
import static io.pika.proxy.protocol.Service.IN_SLOT;
import static io.pika.proxy.protocol.Service.MODULES;
import static io.pika.proxy.protocol.Service.ON_SESSION;
import static io.pika.proxy.protocol.Service.REPLICATION;
import static io.pika.proxy.protocol.Service.SCRIPTING;
import static io.pika.proxy.protocol.Service.TRACKING;
import static io.pika.proxy.protocol.Service.USERS;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The second half of the command table: what the first argument of a container command names, CLIENT LIST and so on. */
public enum SubCommand {
  ACL_CAT(Command.ACL, ON_SESSION, SERVERS, -2, is(NOSCRIPT, LOADING, STALE)),
  ACL_DELUSER(Command.ACL, ON_SESSION, SERVERS, -3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_DRYRUN(Command.ACL, ON_SESSION, SERVERS, -4, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_GENPASS(Command.ACL, ON_SESSION, SERVERS, -2, is(NOSCRIPT, LOADING, STALE)),
  ACL_GETUSER(Command.ACL, ON_SESSION, SERVERS, 3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_HELP(Command.ACL, ON_SESSION, SERVERS, 2, is(LOADING, STALE)),
  ACL_LIST(Command.ACL, ON_SESSION, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_LOAD(Command.ACL, USERS, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_LOG(Command.ACL, ON_SESSION, SERVERS, -2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_SAVE(Command.ACL, USERS, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_SETUSER(Command.ACL, ON_SESSION, SERVERS, -3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_USERS(Command.ACL, ON_SESSION, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  ACL_WHOAMI(Command.ACL, ON_SESSION, SERVERS, 2, is(NOSCRIPT, LOADING, STALE)),

  CLIENT_CACHING(Command.CLIENT, ON_SESSION, CONNECTIONS, 3, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_GETNAME(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_GETREDIR(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_HELP(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(LOADING, STALE)),
  CLIENT_ID(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_INFO(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_KILL(Command.CLIENT, ON_SESSION, CONNECTIONS, -3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CLIENT_LIST(Command.CLIENT, ON_SESSION, CONNECTIONS, -2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CLIENT_NO_EVICT(Command.CLIENT, ON_SESSION, CONNECTIONS, 3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CLIENT_PAUSE(Command.CLIENT, ON_SESSION, CONNECTIONS, -3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CLIENT_REPLY(Command.CLIENT, ON_SESSION, CONNECTIONS, 3, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_SETNAME(Command.CLIENT, ON_SESSION, CONNECTIONS, 3, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_TRACKING(Command.CLIENT, TRACKING, CONNECTIONS, -3, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_TRACKINGINFO(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(NOSCRIPT, LOADING, STALE)),
  CLIENT_UNBLOCK(Command.CLIENT, ON_SESSION, CONNECTIONS, -3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CLIENT_UNPAUSE(Command.CLIENT, ON_SESSION, CONNECTIONS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),

  CLUSTER_ADDSLOTS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -3, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_ADDSLOTSRANGE(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -4, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_BUMPEPOCH(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_COUNT_FAILURE_REPORTS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(ADMIN, STALE)),
  CLUSTER_COUNTKEYSINSLOT(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(STALE)),
  CLUSTER_DELSLOTS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -3, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_DELSLOTSRANGE(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -4, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_FAILOVER(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -2, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_FLUSHSLOTS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_FORGET(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_GETKEYSINSLOT(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 4, is(STALE)),
  CLUSTER_HELP(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(LOADING, STALE)),
  CLUSTER_INFO(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(STALE)),
  CLUSTER_KEYSLOT(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(STALE)),
  CLUSTER_LINKS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(STALE)),
  CLUSTER_MEET(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -4, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_MYID(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(STALE)),
  CLUSTER_NODES(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(STALE)),
  CLUSTER_REPLICAS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(ADMIN, STALE)),
  CLUSTER_REPLICATE(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_RESET(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -2, is(ADMIN, NOSCRIPT, STALE)),
  CLUSTER_SAVECONFIG(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_SET_CONFIG_EPOCH(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_SETSLOT(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, -4, is(ADMIN, STALE, NO_ASYNC_LOADING)),
  CLUSTER_SHARDS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(STALE)),
  CLUSTER_SLAVES(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 3, is(ADMIN, STALE)),
  CLUSTER_SLOTS(Command.CLUSTER, CLUSTER_CLIENT, CLUSTERS, 2, is(STALE)),

  COMMAND_COUNT(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, 2, is(LOADING, STALE)),
  COMMAND_DOCS(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, -2, is(LOADING, STALE)),
  COMMAND_GETKEYS(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, -4, is(LOADING, STALE)),
  COMMAND_GETKEYSANDFLAGS(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, -4, is(LOADING, STALE)),
  COMMAND_HELP(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, 2, is(LOADING, STALE)),
  COMMAND_INFO(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, -2, is(LOADING, STALE)),
  COMMAND_LIST(Command.COMMAND, ON_SESSION, SERVER_CONNECTIONS, -2, is(LOADING, STALE)),

  CONFIG_GET(Command.CONFIG, ON_SESSION, SERVERS, -3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CONFIG_HELP(Command.CONFIG, ON_SESSION, SERVERS, 2, is(LOADING, STALE)),
  CONFIG_RESETSTAT(Command.CONFIG, ON_SESSION, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CONFIG_REWRITE(Command.CONFIG, FILE, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  CONFIG_SET(Command.CONFIG, ON_SESSION, SERVERS, -4, is(ADMIN, NOSCRIPT, LOADING, STALE)),

  FUNCTION_DELETE(Command.FUNCTION, ON_SESSION, SCRIPTS, 3, is(WRITES, NOSCRIPT)),
  FUNCTION_DUMP(Command.FUNCTION, ON_SESSION, SCRIPTS, 2, is(NOSCRIPT)),
  FUNCTION_FLUSH(Command.FUNCTION, ON_SESSION, SCRIPTS, -2, is(WRITES, NOSCRIPT)),
  FUNCTION_HELP(Command.FUNCTION, ON_SESSION, SCRIPTS, 2, is(LOADING, STALE)),
  FUNCTION_KILL(Command.FUNCTION, ON_SESSION, SCRIPTS, 2, is(NOSCRIPT, ALLOW_BUSY)),
  FUNCTION_LIST(Command.FUNCTION, ON_SESSION, SCRIPTS, -2, is(NOSCRIPT)),
  FUNCTION_LOAD(Command.FUNCTION, ON_SESSION, SCRIPTS, -3, is(WRITES, DENYOOM, NOSCRIPT)),
  FUNCTION_RESTORE(Command.FUNCTION, ON_SESSION, SCRIPTS, -3, is(WRITES, DENYOOM, NOSCRIPT)),
  FUNCTION_STATS(Command.FUNCTION, ON_SESSION, SCRIPTS, 2, is(NOSCRIPT, ALLOW_BUSY)),

  LATENCY_DOCTOR(Command.LATENCY, INSIDES, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  LATENCY_GRAPH(Command.LATENCY, INSIDES, SERVERS, 3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  LATENCY_HELP(Command.LATENCY, INSIDES, SERVERS, 2, is(LOADING, STALE)),
  LATENCY_HISTOGRAM(Command.LATENCY, INSIDES, SERVERS, -2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  LATENCY_HISTORY(Command.LATENCY, INSIDES, SERVERS, 3, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  LATENCY_LATEST(Command.LATENCY, INSIDES, SERVERS, 2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  LATENCY_RESET(Command.LATENCY, INSIDES, SERVERS, -2, is(ADMIN, NOSCRIPT, LOADING, STALE)),

  MEMORY_DOCTOR(Command.MEMORY, INSIDES, SERVERS, 2, is()),
  MEMORY_HELP(Command.MEMORY, INSIDES, SERVERS, 2, is(LOADING, STALE)),
  MEMORY_MALLOC_STATS(Command.MEMORY, INSIDES, SERVERS, 2, is()),
  MEMORY_PURGE(Command.MEMORY, INSIDES, SERVERS, 2, is()),
  MEMORY_STATS(Command.MEMORY, INSIDES, SERVERS, 2, is()),
  MEMORY_USAGE(Command.MEMORY, INSIDES, SERVERS, -3, is(READS), at(2, RO)),

  MODULE_HELP(Command.MODULE, MODULES, SERVERS, 2, is(LOADING, STALE)),
  MODULE_LIST(Command.MODULE, MODULES, SERVERS, 2, is(ADMIN, NOSCRIPT)),
  MODULE_LOAD(Command.MODULE, MODULES, SERVERS, -3, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)),
  MODULE_LOADEX(Command.MODULE, MODULES, SERVERS, -3, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)),
  MODULE_UNLOAD(Command.MODULE, MODULES, SERVERS, 3, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)),

  OBJECT_ENCODING(Command.OBJECT, IN_SLOT, GENERIC, 3, is(READS), at(2, RO)),
  OBJECT_FREQ(Command.OBJECT, IN_SLOT, GENERIC, 3, is(READS), at(2, RO)),
  OBJECT_HELP(Command.OBJECT, IN_SLOT, GENERIC, 2, is(LOADING, STALE)),
  OBJECT_IDLETIME(Command.OBJECT, IN_SLOT, GENERIC, 3, is(READS), at(2, RO)),
  OBJECT_REFCOUNT(Command.OBJECT, IN_SLOT, GENERIC, 3, is(READS), at(2, RO)),

  PUBSUB_CHANNELS(Command.PUBSUB, ON_SESSION, PUB_SUB, -2, is(PUBSUBS, LOADING, STALE)),
  PUBSUB_HELP(Command.PUBSUB, ON_SESSION, PUB_SUB_HELP, 2, is(LOADING, STALE)),
  PUBSUB_NUMPAT(Command.PUBSUB, ON_SESSION, PUB_SUB, 2, is(PUBSUBS, LOADING, STALE)),
  PUBSUB_NUMSUB(Command.PUBSUB, ON_SESSION, PUB_SUB, -2, is(PUBSUBS, LOADING, STALE)),
  PUBSUB_SHARDCHANNELS(Command.PUBSUB, ON_SESSION, PUB_SUB, -2, is(PUBSUBS, LOADING, STALE)),
  PUBSUB_SHARDNUMSUB(Command.PUBSUB, ON_SESSION, PUB_SUB, -2, is(PUBSUBS, LOADING, STALE)),

  SCRIPT_DEBUG(Command.SCRIPT, SCRIPTING, SCRIPTS, 3, is(NOSCRIPT)),
  SCRIPT_EXISTS(Command.SCRIPT, ON_SESSION, SCRIPTS, -3, is(NOSCRIPT)),
  SCRIPT_FLUSH(Command.SCRIPT, ON_SESSION, SCRIPTS, -2, is(NOSCRIPT)),
  SCRIPT_HELP(Command.SCRIPT, ON_SESSION, SCRIPTS, 2, is(LOADING, STALE)),
  SCRIPT_KILL(Command.SCRIPT, ON_SESSION, SCRIPTS, 2, is(NOSCRIPT, ALLOW_BUSY)),
  SCRIPT_LOAD(Command.SCRIPT, ON_SESSION, SCRIPTS, 3, is(NOSCRIPT, STALE)),

  SLOWLOG_GET(Command.SLOWLOG, ON_SESSION, SERVERS, -2, is(ADMIN, LOADING, STALE)),
  SLOWLOG_HELP(Command.SLOWLOG, ON_SESSION, SERVERS, 2, is(LOADING, STALE)),
  SLOWLOG_LEN(Command.SLOWLOG, ON_SESSION, SERVERS, 2, is(ADMIN, LOADING, STALE)),
  SLOWLOG_RESET(Command.SLOWLOG, ON_SESSION, SERVERS, 2, is(ADMIN, LOADING, STALE)),

  XGROUP_CREATE(Command.XGROUP, IN_SLOT, STREAMS, -5, is(WRITES, DENYOOM), at(2, RW_INSERT)),
  XGROUP_CREATECONSUMER(Command.XGROUP, IN_SLOT, STREAMS, 5, is(WRITES, DENYOOM), at(2, RW_INSERT)),
  XGROUP_DELCONSUMER(Command.XGROUP, IN_SLOT, STREAMS, 5, is(WRITES), at(2, RW_DELETE)),
  XGROUP_DESTROY(Command.XGROUP, IN_SLOT, STREAMS, 4, is(WRITES), at(2, RW_DELETE)),
  XGROUP_HELP(Command.XGROUP, IN_SLOT, STREAMS, 2, is(LOADING, STALE)),
  XGROUP_SETID(Command.XGROUP, IN_SLOT, STREAMS, -5, is(WRITES), at(2, RW_UPDATE)),

  XINFO_CONSUMERS(Command.XINFO, IN_SLOT, STREAMS, 4, is(READS), at(2, RO_ACCESS)),
  XINFO_GROUPS(Command.XINFO, IN_SLOT, STREAMS, 3, is(READS), at(2, RO_ACCESS)),
  XINFO_HELP(Command.XINFO, IN_SLOT, STREAMS, 2, is(LOADING, STALE)),
  XINFO_STREAM(Command.XINFO, IN_SLOT, STREAMS, -3, is(READS), at(2, RO_ACCESS)),

  SENTINEL_CKQUORUM(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_CONFIG(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_DEBUG(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_FAILOVER(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_FLUSHCONFIG(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_GET_MASTER_ADDR_BY_NAME(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_HELP(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_INFO_CACHE(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_IS_MASTER_DOWN_BY_ADDR(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_MASTER(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_MASTERS(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_MONITOR(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_MYID(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_PENDING_SCRIPTS(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_REMOVE(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_REPLICAS(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_RESET(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_SENTINELS(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_SET(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_SIMULATE_FAILURE(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN)),
  SENTINEL_SLAVES(Command.SENTINEL, REPLICATION, SENTINELS, -2, is(ADMIN));

  private static final Map<Command, List<SubCommand>> BY_COMMAND = byCommand();

  private final Command command;
  private final CommandSpec spec;
  private final String upperCaseName;

  SubCommand(Command command, Service service, Group group, int arity, Set<Flag> flags, KeySpec... keys) {
    this.command = command;
    this.upperCaseName = name().substring(command.name().length() + 1).replace('_', '-');
    String redisName = command.redisName() + '|' + upperCaseName.toLowerCase(Locale.ROOT);
    this.spec = new CommandSpec(redisName, service, group, arity, flags, keys);
  }

  /** The sub-command of that name in upper or lower case, or null. */
  public static @Nullable SubCommand find(Command command, byte[] name) {
    String upper = new String(name, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    for (SubCommand candidate : of(command)) {
      if (candidate.upperCaseName.equals(upper)) {
        return candidate;
      }
    }
    return null;
  }

  static List<SubCommand> of(Command command) {
    return BY_COMMAND.getOrDefault(command, List.of());
  }

  private static Map<Command, List<SubCommand>> byCommand() {
    Map<Command, List<SubCommand>> map = new EnumMap<>(Command.class);
    for (Command command : Command.values()) {
      List<SubCommand> rows = Stream.of(values()).filter(row -> row.command == command).toList();
      if (!rows.isEmpty()) {
        map.put(command, rows);
      }
    }
    return map;
  }

  public Command command() {
    return command;
  }

  /** The row as a value, the same for commands and sub-commands. */
  public CommandSpec spec() {
    return spec;
  }

  /** With its command, in small letters: "client|list". */
  public String redisName() {
    return spec.redisName();
  }

  public Support support() {
    return spec.support();
  }

  public Scope scope() {
    return spec.scope();
  }

  public Access access() {
    return spec.access();
  }

  public int arity() {
    return spec.arity();
  }

  public boolean hasArity(int size) {
    return spec.hasArity(size);
  }

  public List<KeySpec> keys() {
    return spec.keys();
  }
}
