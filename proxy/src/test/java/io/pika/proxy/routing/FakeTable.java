package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.peer.Upstream;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;

/** A table of 16 slots in four ranges over three nodes, node 1 being here; a map holds its keys. */
final class FakeTable implements LocalBatch, LocalExecutor, Upstream {
  static final int SLOTS = 16;

  final TreeMap<String, String> keys = new TreeMap<>();
  final SimTimer timer = new SimTimer();
  final Topology topology = new Topology();
  final Router router;
  /** Where the next request is answered with an error instead. */
  final Set<Integer> failingSlots = new HashSet<>();
  /** How many requests over ranges are refused before one is not. */
  int refusals;
  /** How much work is refused before some is taken. */
  int rejections;
  final List<String> asked = new ArrayList<>();
  private long version;

  FakeTable() {
    this(1 << 20);
  }

  FakeTable(long maxReplyBytes) {
    publish(TableState.READY, false);
    RouterOptions options = new RouterOptions(Duration.ofSeconds(5), Duration.ofSeconds(60), 100, 1 << 20,
        maxReplyBytes, () -> maxReplyBytes,
        Duration.ofMillis(10), Duration.ofMillis(200));
    router = new Router(1, topology, this, this::block, this, timer, new Random(1), options);
  }

  private void block(Runnable work) {
    if (rejections-- > 0) {
      throw new RejectedExecutionException();
    }
    work.run();
  }

  void publish(TableState state, boolean blocked) {
    List<SlotRange> ranges = List.of(range(0, 3, 1), range(4, 7, 2), range(8, 11, 3), range(12, 15, 1));
    topology.apply(new TopologyChange(++version, false, List.of(),
        List.of(new Table(7, "shop", SLOTS, state, blocked, "", ranges)), List.of(), List.of()));
  }

  private static SlotRange range(int from, int to, int leader) {
    return new SlotRange(from, to, 5, leader, List.of(leader));
  }

  static int slot(String key) {
    return SlotHash.slot(key.getBytes(StandardCharsets.UTF_8), SLOTS);
  }

  /** Keys of as many slots as asked for, one each. */
  static List<String> spreadKeys(int count) {
    Map<Integer, String> bySlot = new TreeMap<>();
    for (int i = 0; bySlot.size() < count; i++) {
      bySlot.putIfAbsent(slot("key" + i), "key" + i);
    }
    return List.copyOf(bySlot.values());
  }

  /** The reply as the client gets it, opened. */
  Reply ask(String... words) {
    List<Reply> replies = new ArrayList<>();
    Table table = topology.table(7);
    assertThat(table).isNotNull();
    router.route(table, Request.of(words), 2, this, replies::add);
    timer.runAll();
    assertThat(replies).hasSize(1);
    ByteBuf out = Unpooled.buffer();
    ReplyEncoder.write(replies.getFirst(), 2, out);
    return open(Reply.raw(out));
  }

  private static Reply open(Reply raw) {
    Reply reply = ReplyReader.open(raw);
    return reply instanceof Reply.Array(List<Reply> items)
        ? new Reply.Array(items.stream().map(FakeTable::open).toList())
        : reply;
  }

  @Override
  public boolean holds(int table, int slot) {
    return false;
  }

  @Override
  public void execute(Table table, int slot, Request request, int protocol, ReplySink sink) {
    executeNow(table, slot, request, protocol, sink);
  }

  @Override
  public void executeNow(Table table, int slot, Request request, int protocol, ReplySink sink) {
    Reply reply = run(request, slot, slot);
    request.release();
    timer.after(1, () -> sink.reply(reply));
  }

  @Override
  public void executeRange(Table table, SlotRange range, Request request, int protocol, ReplySink sink) {
    if (refusals-- > 0) {
      timer.after(1, () -> router.refusedHere(7, range.from(), request, protocol, sink));
      return;
    }
    Reply reply = run(request, range.from(), range.to());
    request.release();
    timer.after(1, () -> sink.reply(reply));
  }

  @Override
  public void send(int node, PeerRequest request, Callback callback) {
    boolean refused = request.order() == PeerRequest.Order.NONE && refusals-- > 0;
    try {
      Request parsed = new RequestParser(RequestLimits.DEFAULT).next(request.command());
      assertThat(parsed).isNotNull();
      ByteBuf out = Unpooled.buffer();
      ReplyEncoder.write(run(parsed, request.slotFrom(), request.slotTo()), 2, out);
      parsed.release();
      request.command().release();
      timer.after(2, () -> callback.done(refused
          ? new PeerOutcome.Refused(PeerStatus.WRONG_EPOCH, 6)
          : new PeerOutcome.Answered(out)));
    } catch (ProtocolException e) {
      throw new AssertionError(e);
    }
  }

  private Reply run(Request request, int from, int to) {
    asked.add(request.command() + " " + from + "-" + to);
    if (failingSlots.contains(from)) {
      return Reply.error("ERR slot " + from + " fails");
    }
    List<String> own = keys.keySet().stream().filter(key -> slot(key) >= from && slot(key) <= to).toList();
    List<Reply> all = own.stream().map(key -> (Reply) Reply.bulk(key)).toList();
    Command command = request.command();
    return switch (command) {
      case DBSIZE -> Reply.of(own.size());
      case FLUSHDB -> flush(own);
      case KEYS -> Reply.array(all);
      case RANDOMKEY -> all.isEmpty() ? Reply.NIL : all.getLast();
      case SCAN -> scan(request, to, all);
      case MGET -> Reply.array(words(request, 1).stream().map(this::value).toList());
      case GET -> value(request.text(1));
      case MSET -> set(request);
      case DEL -> Reply.of(words(request, 1).stream().filter(key -> keys.remove(key) != null).count());
      case EXISTS -> Reply.of(words(request, 1).stream().filter(keys::containsKey).count());
      case null, default -> throw new AssertionError(command);
    };
  }

  private Reply flush(List<String> own) {
    own.forEach(keys::remove);
    return Reply.OK;
  }

  private Reply value(String key) {
    String value = keys.get(key);
    return value == null ? Reply.NIL : Reply.bulk(value);
  }

  private Reply set(Request request) {
    List<String> words = words(request, 1);
    for (int i = 0; i < words.size(); i += 2) {
      keys.put(words.get(i), words.get(i + 1));
    }
    return Reply.OK;
  }

  /** The place in a slot is 1 more than the index among the range's keys of that cursor. */
  private static Reply scan(Request request, int to, List<Reply> all) {
    long cursor = Long.parseLong(request.text(1));
    int begin = (int) (cursor & 0xffff);
    int count = request.size() > 3 ? Integer.parseInt(request.text(3)) : 10;
    int end = Math.min(begin + count, all.size());
    List<Reply> page = all.subList(Math.min(begin, end), end);
    String next = end == all.size() ? "0" : Long.toString((cursor >>> 48 << 48) + end);
    return Reply.array(Reply.bulk(next), Reply.array(page));
  }

  private static List<String> words(Request request, int from) {
    List<String> words = new ArrayList<>();
    for (int i = from; i < request.size(); i++) {
      words.add(request.text(i));
    }
    return words;
  }
}
