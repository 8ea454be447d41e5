package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.peer.SimulatedPeers;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.ProtocolException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.RequestLimits;
import io.pika.proxy.protocol.RequestParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A cluster around one router, from one seed: node 1 with the router and its sessions, nodes 2 and 3 behind
 * {@link SimulatedPeers}. Leaders move, every node hears of it some time later, and all the while sessions send
 * pipelines. Commands carry their number in the key, {@code {tag}number}, so that it is known what was executed.
 */
final class RouterSim {
  static final int SLOTS = 8;
  static final int SELF = 1;
  static final int NODES = 3;
  private static final String[] TAGS = tags();

  final Random random;
  final SimTimer timer = new SimTimer();
  final Topology topology = new Topology();
  final SimulatedPeers peers;
  final Router router;
  final RouterOptions options = new RouterOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 1000, 1 << 20,
      1 << 20, () -> 1 << 20,
      Duration.ofMillis(10), Duration.ofMillis(200));

  /** Who really leads, by slot; what the nodes know of it lags behind. */
  private final SlotRange[] truth = new SlotRange[SLOTS];
  private final SlotRange[][] known = new SlotRange[NODES + 1][];
  private final Map<Integer, List<Execution>> executions = new LinkedHashMap<>();
  private final List<Sent> sent = new ArrayList<>();
  private final List<ByteBuf> buffers = new ArrayList<>();
  /** Sessions in the midst of a socket read. */
  private final Set<Integer> reading = new HashSet<>();
  private long version;
  private int nextNumber;
  private long order;

  private record Execution(long order, int node) {}

  /** One command of a session, or one key of a split one. */
  private record Key(int number, int slot) {}

  private static final class Sent {
    final int session;
    final Command command;
    final List<Key> keys;
    final long atMs;
    final List<Reply> replies = new ArrayList<>();
    long answeredAtMs;

    Sent(int session, Command command, List<Key> keys, long atMs) {
      this.session = session;
      this.command = command;
      this.keys = keys;
      this.atMs = atMs;
    }
  }

  RouterSim(long seed) {
    random = new Random(seed);
    peers = new SimulatedPeers(random, timer, this::atPeer);
    for (int slot = 0; slot < SLOTS; slot++) {
      truth[slot] = range(slot, 1, 1 + slot % NODES);
    }
    for (int node = 1; node <= NODES; node++) {
      known[node] = truth.clone();
    }
    publish();
    router = new Router(SELF, topology, new Here(), task -> timer.after(random.nextInt(3), task), peers,
        timer, random,
        options);
  }

  private static SlotRange range(int slot, long epoch, int leader) {
    return new SlotRange(slot, slot, epoch, leader, List.of(leader));
  }

  private static String[] tags() {
    String[] tags = new String[SLOTS];
    for (int i = 0; i < 1000; i++) {
      tags[SlotHash.slot(("t" + i).getBytes(StandardCharsets.US_ASCII), SLOTS)] = "t" + i;
    }
    return tags;
  }

  /** What node 1 knows goes into its topology. */
  private void publish() {
    SlotRange[] ranges = known[SELF];
    Table table = new Table(7, "shop", SLOTS, TableState.READY, false, "", List.of(ranges));
    topology.apply(
        new TopologyChange(++version, false, List.of(new NodeInfo(2, "two", 0, 2, 0, "")), List.of(table),
            List.of(), List.of()));
  }

  /** Moves a slot; the nodes hear of it one by one, in any order. */
  void moveOne() {
    int slot = random.nextInt(SLOTS);
    int leader = 1 + random.nextInt(NODES);
    truth[slot] = range(slot, truth[slot].epoch() + 1, leader);
    SlotRange moved = truth[slot];
    for (int node = 1; node <= NODES; node++) {
      int hears = node;
      timer.after(random.nextInt(300), () -> {
        if (known[hears][slot].epoch() < moved.epoch()) {
          known[hears][slot] = moved;
          if (hears == SELF) {
            publish();
          }
        }
      });
    }
  }

  /** One socket read of a session: some commands, and things that happen between them. */
  void pipeline(int session) {
    if (!reading.add(session)) {
      timer.after(1, () -> pipeline(session));
      return;
    }
    Batch batch = new Batch();
    Table table = topology.table(7);
    assertThat(table).isNotNull();
    int commands = 1 + random.nextInt(8);
    for (int i = 0; i < commands; i++) {
      send(session, table, batch);
      if (random.nextInt(4) == 0) {
        timer.stepIfDue();
      }
      if (random.nextInt(30) == 0) {
        batch.run();
      }
    }
    batch.run();
    reading.remove(session);
  }

  private void send(int session, Table table, Batch batch) {
    Command command = switch (random.nextInt(6)) {
      case 0 -> Command.GET;
      case 1 -> Command.MGET;
      case 2 -> Command.MSET;
      default -> Command.SET;
    };
    int count = command == Command.GET || command == Command.SET ? 1 : 1 + random.nextInt(4);
    List<String> words = new ArrayList<>(List.of(command.redisName()));
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Key key = new Key(nextNumber++, random.nextInt(SLOTS));
      keys.add(key);
      words.add("{" + TAGS[key.slot()] + "}" + key.number());
      if (command == Command.SET || command == Command.MSET) {
        words.add("value");
      }
    }
    Request request = Request.of(words.toArray(String[]::new));
    buffers.add(request.raw());
    Sent sending = new Sent(session, command, keys, timer.nowMs());
    sent.add(sending);
    router.route(table, request, 2, batch, reply -> {
      sending.replies.add(open(reply));
      sending.answeredAtMs = timer.nowMs();
    });
  }

  /** What the client would see, as values. */
  private static Reply open(Reply reply) {
    Reply opened = ReplyReader.open(reply);
    return opened instanceof Reply.Array(List<Reply> items)
        ? new Reply.Array(items.stream().map(ReplyReader::open).toList())
        : opened;
  }

  private boolean leads(int node, int slot) {
    return truth[slot].leader() == node && known[node][slot].epoch() == truth[slot].epoch();
  }

  private SimulatedPeers.Verdict atPeer(int node, PeerRequest request) {
    SlotRange knows = known[node][request.slotFrom()];
    if (knows.epoch() != request.epoch()) {
      return SimulatedPeers.Verdict.refused(PeerStatus.WRONG_EPOCH, knows.epoch());
    }
    if (!leads(node, request.slotFrom())) {
      return SimulatedPeers.Verdict.refused(PeerStatus.NOT_LEADER, knows.epoch());
    }
    try {
      Request parsed = new RequestParser(RequestLimits.DEFAULT).next(request.command());
      assertThat(parsed).isNotNull();
      ByteBuf out = Unpooled.buffer();
      ReplyEncoder.write(execute(node, parsed), 2, out);
      buffers.add(out);
      parsed.release();
      return SimulatedPeers.Verdict.of(out);
    } catch (ProtocolException e) {
      throw new AssertionError(e);
    }
  }

  private Reply execute(int node, Request request) {
    Command command = request.command();
    List<Reply> values = new ArrayList<>();
    int step = command == Command.SET || command == Command.MSET ? 2 : 1;
    for (int i = 1; i < request.size(); i += step) {
      String key = request.text(i);
      int number = Integer.parseInt(key.substring(key.indexOf('}') + 1));
      executions.computeIfAbsent(number, _ -> new ArrayList<>()).add(new Execution(order++, node));
      values.add(Reply.bulk(Integer.toString(number)));
    }
    return switch (command) {
      case GET -> values.getFirst();
      case MGET -> Reply.array(values);
      case null, default -> Reply.OK;
    };
  }

  /** The session's batch at node 1. */
  private final class Batch implements LocalBatch {
    private final List<Runnable> tasks = new ArrayList<>();
    private final List<Integer> slots = new ArrayList<>();

    @Override
    public void execute(Table table, int slot, Request request, int protocol, ReplySink sink) {
      slots.add(slot);
      tasks.add(() -> executeHere(slot, request, protocol, sink));
    }

    @Override
    public boolean holds(int table, int slot) {
      return slots.contains(slot);
    }

    void run() {
      List<Runnable> batch = List.copyOf(tasks);
      tasks.clear();
      slots.clear();
      batch.forEach(Runnable::run);
    }
  }

  private void executeHere(int slot, Request request, int protocol, ReplySink sink) {
    if (!leads(SELF, slot)) {
      router.refusedHere(7, slot, request, protocol, sink);
      return;
    }
    Reply reply = execute(SELF, request);
    request.release();
    timer.after(random.nextInt(10), () -> sink.reply(reply));
  }

  private final class Here implements LocalExecutor {
    @Override
    public void executeNow(Table table, int slot, Request request, int protocol, ReplySink sink) {
      executeHere(slot, request, protocol, sink);
    }

    @Override
    public void executeRange(Table table, SlotRange range, Request request, int protocol, ReplySink sink) {
      throw new AssertionError("nothing here goes over a table");
    }
  }

  /** After {@link SimTimer#runAll}. */
  void check() {
    sent.forEach(this::checkOne);
    checkOrder();
    assertThat(peers.leaked()).as("commands not given back").isZero();
    assertThat(buffers.stream().filter(buffer -> buffer.refCnt() != 0)).as("buffers not given back")
        .isEmpty();
    assertThat(router.stats().waiting().sum()).as("nothing waits").isZero();
  }

  private void checkOne(Sent one) {
    assertThat(one.replies).as("replies to %s %s", one.command, one.keys).hasSize(1);
    assertThat(one.answeredAtMs - one.atMs).as("time to the reply").isLessThanOrEqualTo(5000 + 250);
    boolean writes = one.command == Command.SET || one.command == Command.MSET;
    Reply reply = one.replies.getFirst();
    for (Key key : one.keys) {
      int times = executions.getOrDefault(key.number(), List.of()).size();
      if (writes) {
        assertThat(times).as("times that %s %s was executed", one.command, key).isLessThanOrEqualTo(1);
      }
      if (reply.equals(Reply.OK)) {
        assertThat(times).as("%s was answered OK", key).isEqualTo(1);
      }
      boolean refused = writes && reply instanceof Reply.Err error && one.keys.size() == 1
          && !error.code().equals("IOERR");
      if (refused) {
        assertThat(times).as("%s was refused with %s", key, reply).isZero();
      }
    }
    checkValues(one, reply);
  }

  private static void checkValues(Sent one, Reply reply) {
    List<Reply> expected = one.keys.stream().map(key -> (Reply) Reply.bulk(Integer.toString(key.number())))
        .toList();
    switch (reply) {
      case Reply.Array(List<Reply> items) -> assertThat(items).isEqualTo(expected);
      case Reply.Bulk bulk -> assertThat(bulk).isEqualTo(expected.getFirst());
      case Reply.Err _ -> {
      }
      default -> assertThat(reply).isEqualTo(Reply.OK);
    }
  }

  /** By session and slot: what was executed once and answered well was executed in the order of sending. */
  private void checkOrder() {
    Map<List<Integer>, Long> last = new HashMap<>();
    for (Sent one : sent) {
      boolean writes = one.command == Command.SET || one.command == Command.MSET;
      for (Key key : one.keys) {
        List<Execution> times = executions.getOrDefault(key.number(), List.of());
        boolean counts = times.size() == 1 && !(one.replies.getFirst() instanceof Reply.Err) && writes;
        if (counts) {
          Long before = last.put(List.of(one.session, key.slot()), times.getFirst().order());
          assertThat(before == null || before < times.getFirst().order()).as("order at %s", key).isTrue();
        }
      }
    }
  }

  int answeredOk() {
    return (int) sent.stream().filter(one -> !(one.replies.getFirst() instanceof Reply.Err)).count();
  }

  int sent() {
    return sent.size();
  }
}
