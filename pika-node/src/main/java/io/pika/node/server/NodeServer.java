package io.pika.node.server;

import io.netty.channel.Channel;
import io.netty.util.internal.PlatformDependent;
import io.pika.core.bytes.Bytes;
import io.pika.core.model.Table;
import io.pika.core.settings.Settings;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.script.ScriptCache;
import io.pika.node.script.ScriptRunner;
import io.pika.node.settings.NodeSettings;
import io.pika.node.settings.OutputLimit;
import io.pika.node.control.Attachments;
import io.pika.node.acl.Denial;
import io.pika.node.command.Handlers;
import io.pika.node.command.Limits;
import io.pika.node.command.LongReplies;
import io.pika.node.command.ScriptTable;
import io.pika.node.command.Scripts;
import io.pika.node.command.UsersScript;
import io.pika.node.engine.Leadership;
import io.pika.node.engine.RangeExecutor;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.event.KeyEvents;
import io.pika.node.pubsub.OtherNodes;
import io.pika.node.pubsub.PubSub;
import io.pika.node.settings.EventClasses;
import io.pika.node.store.Announcement;
import io.pika.node.store.KeyEvent;
import io.pika.node.store.Store;
import io.pika.proxy.peer.PeerService;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.peer.PeerTransport;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.RequestLimits;
import io.pika.proxy.routing.ReplySink;
import io.pika.proxy.routing.Router;
import io.pika.proxy.routing.RouterOptions;
import io.pika.proxy.routing.Waits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clients and peers served over one store: everything of this package, wired together. */
public final class NodeServer implements AutoCloseable {
  /** How long a stop waits for what is under way. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  /**
   * What the server is made from.
   *
   * @param self this node's id
   * @param nanoTime monotonic
   */
  public record Parts(int self, Settings settings, Topology topology, Leadership leadership, Store store,
      SlotExecutor executor, PeerTransport transport, Upstream upstream, PeerTimer timer, Clock clock,
      LongSupplier nanoTime, SecureRandom random, Attachments attachments) {}

  private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);
  /** How much longer a long reply is kept than the node of its client needs to give it up. */
  private static final Duration LOST_PATIENCE = Duration.ofSeconds(5);
  private static final Reply.Err DROPPED = Reply.error("ERR this table was dropped; select another one");

  private static final long VALUE_BYTES_ALWAYS = 64L << 20;

  private final Parts parts;
  private final Pools pools = new Pools();
  private final Statistics statistics = new Statistics();
  private final ClientConnections connections;
  private final Pauses pauses;
  private final TableUsers users;
  private final UserChanges userChanges;
  private final AccessLog accessLog;
  private final ClientCommands clientCommands;
  private final SlowLog slowLog;
  private final LongReplies longReplies;
  private final SlotJobs jobs;
  private final RangeCommands ranges;
  private final Router router;
  private final PubSub pubSub;
  private final KeyEvents keyEvents;
  private final KeyCounts keyCounts;
  private final KeyCountsByType keyCountsByType;
  private final TableLibraries libraries;
  private final Scripting scripting;
  private final ServerContext context;
  private final ClientServer clients;

  public NodeServer(Parts parts) {
    this.parts = parts;
    Settings settings = parts.settings;
    this.connections = new ClientConnections(settings.get(NodeSettings.MAXCLIENTS));
    this.pauses = new Pauses(parts.nanoTime);
    this.users = new TableUsers(parts.topology);
    this.userChanges = new UserChanges(connections, users);
    this.accessLog = new AccessLog(parts.clock);
    this.clientCommands = new ClientCommands(connections, pauses, this::tableName, parts.nanoTime);
    this.slowLog = new SlowLog(settings.get(NodeSettings.SLOWLOG_LOG_SLOWER_THAN),
        settings.get(NodeSettings.SLOWLOG_MAX_LEN));
    this.pubSub = new PubSub(parts.self, parts.topology, parts.upstream,
        RouterOptions.DEFAULTS.maxReplyBytes());
    this.keyEvents = new KeyEvents(pubSub,
        EventClasses.parse(settings.get(NodeSettings.NOTIFY_KEYSPACE_EVENTS)));
    ScriptRunner runner = new ScriptRunner(
        new ScriptRunner.Bounds(() -> settings.get(NodeSettings.LUA_TIME_LIMIT),
            () -> settings.get(NodeSettings.LUA_MEMORY_LIMIT)),
        parts.nanoTime);
    ScriptCache scriptCache = new ScriptCache();
    this.libraries = new TableLibraries(parts.topology, runner.libraries());
    Scripts scripts = new Scripts(scriptCache, runner, this::slots, libraries::of,
        new UsersOfScripts(users, accessLog, statistics));
    this.scripting = new Scripting(new ScriptTable(scriptCache), scriptCache,
        new FunctionCommands(libraries, runner.libraries(), parts.attachments, runner.running()),
        runner.running(),
        new OtherNodes(parts.self, parts.topology, parts.upstream), pools.functions);
    this.longReplies = new LongReplies(() -> settings.get(NodeSettings.LONG_REPLY_BYTES), pools.pieces);
    this.jobs = new SlotJobs(Handlers
        .create(new Limits(() -> longestValue(settings), RouterOptions.DEFAULTS.maxReplyBytes()),
            parts.random, scripts, longReplies)
        .around(keyEvents::observed));
    this.ranges = new RangeCommands(new RangeExecutor(parts.executor, RouterOptions.DEFAULTS.maxReplyBytes()),
        pools.ranges, pools.counts, parts.random);
    this.router = new Router(parts.self, parts.topology,
        new LocalWork(() -> newBatch(Runnable::run), ranges, this::refusedHere), pools.late, pools.crossing,
        parts.upstream, parts.timer, parts.random, routerOptions(settings));
    this.keyCounts = new KeyCounts(this::count, parts.timer);
    this.keyCountsByType = new KeyCountsByType(this::countByType, parts.clock);
    InputBudget budget = new InputBudget(inputLimit(settings));
    this.context = new ServerContext(connections, statistics, slowLog, budget, pubSub.subscriptions(),
        dispatcher(), new Turns(parts.executor), limits(settings),
        parts.clock, parts.nanoTime);
    this.clients = new ClientServer(parts.transport.group(), context);
    follow(settings, budget);
    notifyOf(settings.get(NodeSettings.NOTIFY_KEYSPACE_EVENTS));
    parts.executor.listen(this::tell);
    parts.topology.listen(this::topologyChanged);
  }

  /** What APPEND and SETRANGE may make: a value that they name is not in the request, so the heap must bound it. */
  private static long longestValue(Settings settings) {
    long heapAllows = Math.max(VALUE_BYTES_ALWAYS, Runtime.getRuntime().maxMemory() / 8);
    return Math.min(settings.get(NodeSettings.PROTO_MAX_BULK_LEN), heapAllows);
  }

  private int slots(int table) {
    Table known = parts.topology.table(table);
    return known == null ? 1 : known.slots();
  }

  private static RouterOptions routerOptions(Settings settings) {
    RouterOptions defaults = RouterOptions.DEFAULTS;
    return new RouterOptions(settings.get(NodeSettings.REQUEST_TIMEOUT), defaults.broadcastTimeout(),
        defaults.maxWaitingPerSlot(), defaults.maxWaitingBytes(), defaults.maxReplyBytes(),
        () -> longestValue(settings),
        defaults.firstBackOff(),
        defaults.maxBackOff());
  }

  private static long inputLimit(Settings settings) {
    long asked = settings.get(NodeSettings.MAXMEMORY_CLIENTS);
    return asked > 0 ? asked : PlatformDependent.maxDirectMemory() / 2;
  }

  private static ServerContext.Limits limits(Settings settings) {
    int bulk = (int) Math.min(settings.get(NodeSettings.PROTO_MAX_BULK_LEN), Integer.MAX_VALUE / 2);
    String output = settings.get(NodeSettings.CLIENT_OUTPUT_BUFFER_LIMIT);
    return new ServerContext.Limits(RequestLimits.of(bulk),
        settings.get(NodeSettings.CLIENT_QUERY_BUFFER_LIMIT),
        OutputLimit.parse(OutputLimit.Of.NORMAL, output), OutputLimit.parse(OutputLimit.Of.PUBSUB, output),
        settings.get(NodeSettings.TIMEOUT), settings.get(NodeSettings.LONG_REPLY_TIMEOUT));
  }

  /** Settings that change while the node runs. */
  private void follow(Settings settings, InputBudget budget) {
    settings.onChange(NodeSettings.MAXCLIENTS, connections::most);
    settings.onChange(NodeSettings.SLOWLOG_LOG_SLOWER_THAN, micros -> slowLog.threshold(micros));
    settings.onChange(NodeSettings.SLOWLOG_MAX_LEN, slowLog::maxLength);
    settings.onChange(NodeSettings.MAXMEMORY_CLIENTS, bytes -> budget.limit(inputLimit(settings)));
    settings.onChange(NodeSettings.PROTO_MAX_BULK_LEN, bytes -> context.limits(limits(settings)));
    settings.onChange(NodeSettings.CLIENT_QUERY_BUFFER_LIMIT, bytes -> context.limits(limits(settings)));
    settings.onChange(NodeSettings.CLIENT_OUTPUT_BUFFER_LIMIT, text -> context.limits(limits(settings)));
    settings.onChange(NodeSettings.NOTIFY_KEYSPACE_EVENTS, this::notifyOf);
    settings.onChange(NodeSettings.TIMEOUT, seconds -> context.limits(limits(settings)));
    settings.onChange(NodeSettings.LONG_REPLY_TIMEOUT, time -> context.limits(limits(settings)));
  }

  private void notifyOf(String letters) {
    EventClasses classes = EventClasses.parse(letters);
    keyEvents.classes(classes);
    parts.store.tellExpired(classes.isOn() && classes.has('x'));
  }

  private Dispatcher dispatcher() {
    TableAccess access = new TableAccess(parts.topology, users,
        parts.settings.get(NodeSettings.REQUIRE_PASSWORD));
    LoginCommands login = new LoginCommands(access, users,
        new PasswordChecks(parts.random, pools.passwords, parts.nanoTime::getAsLong), statistics,
        pubSub.subscriptions(), accessLog);
    CommandChecks checks = new CommandChecks(access, users, this::denied);
    ConnectionCommands basics = new ConnectionCommands(parts.clock, router);
    InfoReport info = new InfoSections(parts, statistics, connections, pubSub.subscriptions())
        .report(keyCounts, keyCountsByType);
    Transactions transactions = new Transactions(access, this::routeToSlot, checks::refusalAtExec);
    Dispatcher dispatcher = new Dispatcher(checks, pauses, statistics, this::route,
        transactions, new WaitingCommands(waits()), pubSub::isBusy);
    dispatcher.on(Command.MULTI, transactions::multi).on(Command.DISCARD, transactions::discard)
        .on(Command.WATCH, transactions::watch).on(Command.UNWATCH, transactions::unwatch)
        .on(Command.EXEC,
            (connection, request, reply) -> transactions.exec(connection, dispatcher::runNow, reply))
        .on(Command.AUTH, login::auth).on(Command.HELLO, login::hello).on(Command.SELECT, login::select)
        .on(Command.RESET, login::reset).on(Command.PING, basics::ping).on(Command.ECHO, basics::echo)
        .on(Command.QUIT, basics::quit).on(Command.TIME, basics::time).on(Command.WAIT, basics::wait)
        .on(Command.SCANDB, keyCountsByType::run)
        .on(Command.SLOTSHASHKEY, new SlotHashCommand(access)::run)
        .on(Command.CLIENT, clientCommands::run)
        .on(Command.CONFIG, new ConfigCommands(parts.settings, statistics)::run)
        .on(Command.ACL,
            new AclCommands(users, access, parts.attachments, pools.users, accessLog, parts.random)::run)
        .on(Command.COMMAND, CommandCommands::run).on(Command.INFO, info::run)
        .on(Command.SLOWLOG, new SlowLogCommands(slowLog)::run)
        .on(Command.SCRIPT, scripting::script).on(Command.FUNCTION, scripting::function);
    return new Subscribing(pubSub).bind(dispatcher);
  }

  private void denied(Session session, Request request, Denial denial) {
    statistics.commandsDenied.increment();
    accessLog.denied(session, request, denial);
  }

  private Waits waits() {
    return new Waits(parts.self, parts.topology, new WaitingHere(parts.executor, jobs), pools.late,
        parts.upstream, parts.timer, routerOptions(parts.settings), router.stats(), parts.random.nextLong());
  }

  private String tableName(int id) {
    Table table = parts.topology.table(id);
    return table == null ? "" : table.name();
  }

  private void route(ClientConnection connection, Request request, PendingReply reply) {
    Table table = connection.table();
    if (table == null) {
      reply.complete(DROPPED);
      return;
    }
    Session session = connection.session();
    Request forwarded = scripting.forwarded(table, request);
    String user = session.user();
    if (user == null || !UsersScript.isScript(forwarded)) {
      router.route(table, forwarded, session.protocol(), connection.batch(), reply);
      return;
    }
    Request carrier = new UsersScript(user, session.clientInfo(), forwarded).encode();
    forwarded.release();
    router.routeCarried(table, request, carrier, session.protocol(), connection.batch(), reply);
  }

  private void routeToSlot(ClientConnection connection, int slot, Request request, ReplySink sink) {
    Table table = connection.table();
    if (table == null) {
      request.release();
      sink.reply(DROPPED);
      return;
    }
    router.routeToSlot(table, slot, request, connection.session().protocol(), connection.batch(), sink);
  }

  private void count(Table table, ReplySink sink) {
    router.route(table, Request.of("DBSIZE"), 2, newBatch(Runnable::run), sink);
  }

  private void countByType(Table table, ReplySink sink) {
    router.route(table, Request.of("DBSIZE", "TYPES"), 2, newBatch(Runnable::run), sink);
  }

  private CommandBatch newBatch(Executor loop) {
    return new CommandBatch(parts.executor, jobs, this::refusedHere, loop);
  }

  private void refusedHere(int table, int slot, Request request, int protocol, ReplySink sink) {
    router.refusedHere(table, slot, request, protocol, sink);
  }

  private void topologyChanged(TopologyChange change) {
    recheckWaiting();
    userChanges.topologyChanged(change);
    change.removedTables().forEach(this::forget);
    if (change.snapshot() || !change.tables().isEmpty() || !change.removedTables().isEmpty()) {
      connections.all().stream().filter(each -> each.session().isSubscriber())
          .forEach(each -> each.channel().eventLoop().execute(each::checkSubscriber));
    }
  }

  /** Not on the thread that brings the change: it takes locks. */
  private void recheckWaiting() {
    Thread.ofVirtual().start(parts.executor::recheckWaiting);
  }

  private void forget(int table) {
    statistics.forget(table);
    slowLog.reset(table);
    accessLog.reset(table);
    keyCounts.forget(table);
    keyCountsByType.forget(table);
    libraries.forget(table);
    pauses.resume(table);
  }

  /** What other nodes ask for. */
  public PeerService peerService() {
    return new PeerRequests(parts.executor, jobs, ranges, parts.leadership, pubSub, scripting,
        parts.random.nextLong());
  }

  /** Starts listening for clients. @throws IOException the address cannot be listened on */
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    return clients.listen(address, parts.transport.serverSocket(),
        parts.settings.get(NodeSettings.TCP_BACKLOG),
        () -> parts.settings.get(NodeSettings.TCP_KEEPALIVE), this::accept);
  }

  ClientConnection accept(Channel channel) {
    ClientConnection connection = new ClientConnection(context, channel, newBatch(channel.eventLoop()),
        parts.topology);
    connection.session().describedBy(() -> clientCommands.line(connection).strip());
    return connection;
  }

  public void start() {
    clients.startSweeping(this::closeUnreadSnapshots);
  }

  /** Whoever reads for a client gives up by then; this is for those that are lost. */
  private void closeUnreadSnapshots() {
    Duration patience = parts.settings.get(NodeSettings.LONG_REPLY_TIMEOUT).plus(LOST_PATIENCE);
    int closed = parts.store.snapshots().closeUnread(patience.toNanos());
    if (closed > 0) {
      LOG.warn("Gave up {} long replies that nobody has fetched for {} s", closed, patience.toSeconds());
    }
  }

  /** Replies that were made in pieces. */
  long longReplies() {
    return longReplies.count();
  }

  public int self() {
    return parts.self;
  }

  public int connectionCount() {
    return connections.size();
  }

  /** Client commands since the start. */
  public long operations() {
    return statistics.node().totalCalls();
  }

  SlotExecutor executor() {
    return parts.executor;
  }

  private void tell(Announcement announcement) {
    switch (announcement) {
      case KeyEvent event -> keyEvents.happened(event);
      case Announcement.Published(int table, int _, boolean toShard, Bytes channel, Bytes content) -> {
        if (toShard) {
          pubSub.tellShard(table, channel, content.array());
        } else {
          pubSub.tell(table, channel, content.array());
        }
      }
    }
  }

  public PubSub pubSub() {
    return pubSub;
  }

  Dispatcher commands() {
    return context.dispatcher();
  }

  Statistics statistics() {
    return statistics;
  }

  long bufferedRequestBytes() {
    return context.inputBudget().used();
  }

  /** Answers what is under way, for a bounded time, and disconnects all clients. */
  @Override
  public void close() {
    try {
      clients.stop(STOP_PATIENCE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    pools.close();
  }
}
