package io.pika.node.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pika.core.bytes.Bytes;
import io.pika.node.engine.Leadership;
import io.pika.node.engine.Park;
import io.pika.node.engine.RangeTask;
import io.pika.proxy.protocol.ReplySize;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotJob;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Unpark;
import io.pika.node.engine.Verdict;
import io.pika.node.pubsub.PubSub;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerService;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.ProtocolException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.RequestLimits;
import io.pika.proxy.protocol.RequestParser;
import io.pika.proxy.protocol.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that other nodes forward because this node leads their slots: run as clients' are, in batches. And messages
 * that were published at other nodes, and scripts that were loaded there.
 */
final class PeerRequests implements PeerService {
  private static final Logger LOG = LoggerFactory.getLogger(PeerRequests.class);

  /** A node that took a request from a client has held it against the limits; a transaction is longer than one. */
  private static final RequestLimits LIMITS = RequestLimits.of(1 << 30);

  /** Of one connection: far fewer than the requests that it may have under way at all. */
  private static final int MAX_PARKED = 4_096;
  private static final TaskReply IGNORED = new TaskReply() {
    @Override
    public void done(Reply reply) {
      reply.release();
    }

    @Override
    public void refused(Verdict why) {
      LOG.debug("Nobody waits any more where the slot is not led: {}", why);
    }
  };

  private final SlotExecutor executor;
  private final SlotJobs jobs;
  private final RangeCommands ranges;
  private final Leadership leadership;
  private final PubSub pubSub;
  private final Scripting scripting;
  private final AtomicLong lastNumber;

  /** @param firstNumber of long replies: any that earlier processes of this node did not have */
  PeerRequests(SlotExecutor executor, SlotJobs jobs, RangeCommands ranges, Leadership leadership,
      PubSub pubSub, Scripting scripting, long firstNumber) {
    this.executor = executor;
    this.jobs = jobs;
    this.ranges = ranges;
    this.leadership = leadership;
    this.pubSub = pubSub;
    this.scripting = scripting;
    this.lastNumber = new AtomicLong(firstNumber);
  }

  @Override
  public PeerService.Session connected(int node, Executor loop, BooleanSupplier room) {
    return new Connection(node, loop, room);
  }

  private final class Connection implements PeerService.Session {
    private final int node;
    private final PeerTasks tasks;
    private List<SlotTask> batch = new ArrayList<>();
    /** Requests that wait here for the peer's clients. */
    private final Map<Bytes, SlotTask> parked = new ConcurrentHashMap<>();
    private final LongRepliesOut longReplies = new LongRepliesOut(lastNumber);

    Connection(int node, Executor loop, BooleanSupplier room) {
      this.node = node;
      this.tasks = new PeerTasks(executor, loop, room, this::drop);
    }

    @Override
    public void request(PeerRequest forwarded, Answer answer) {
      Request request = parse(forwarded.command());
      Command command = request == null ? null : request.command();
      if (request == null || command == null) {
        LOG.error("node {} forwarded something that is no command", node);
        if (request != null) {
          request.release();
        }
        answer.refuse(PeerStatus.TROUBLE, 0);
        return;
      }
      if (LongRepliesOut.isAbout(request)) {
        longReplies.goOn(request, forwarded.protocol(), answer);
        return;
      }
      TaskReply reply = new PeerReply(forwarded, request, answer, longReplies);
      if (command.scope() == Scope.TABLE || RangeCommands.isWait(request)) {
        ranges
            .run(new RangeTask(forwarded.table(), forwarded.slotFrom(), forwarded.slotTo(), forwarded.epoch(),
                reply), request);
        return;
      }
      SlotJob job = jobs.find(request);
      if (job instanceof Park park) {
        park(forwarded, park, request, answer);
        return;
      }
      if (job == null && command.scope() == Scope.SESSION) {
        reply.done(onSession(forwarded.table(), request));
        return;
      }
      if (job == null) {
        reply.done(CommandBatch.NOT_BOUND);
        return;
      }
      batch.add(new SlotTask(forwarded.table(), forwarded.slotFrom(), forwarded.epoch(), request, job,
          inOrder(forwarded, reply)));
    }

    /** What is refused takes along what came behind it. */
    private TaskReply inOrder(PeerRequest forwarded, TaskReply reply) {
      return new TaskReply() {
        @Override
        public void done(Reply answered) {
          reply.done(answered);
        }

        @Override
        public void refused(Verdict why) {
          reply.refused(why);
          tasks.refused(forwarded.table(), forwarded.slotFrom(), why);
        }
      };
    }

    /** At once: messages of one publisher stay in order. */
    private Reply onSession(int table, Request request) {
      if (request.command() == Command.SCRIPT || request.command() == Command.FUNCTION) {
        return scripting.answer(table, request);
      }
      try {
        return pubSub.answer(table, request);
      } catch (RefusalException refused) {
        return refused.reply();
      }
    }

    /** One table has half of the places of a connection. */
    private boolean mayPark(int table) {
      if (parked.size() < MAX_PARKED / 2) {
        return true;
      }
      return parked.size() < MAX_PARKED
          && parked.values().stream().filter(task -> task.table() == table).count() < MAX_PARKED / 2;
    }

    /** It may stay for long: it lets the connection's buffer go, and is remembered to end with the connection. */
    private void park(PeerRequest forwarded, Park park, Request request, Answer answer) {
      if (!mayPark(forwarded.table())) {
        request.release();
        answer.refuse(PeerStatus.OVERLOADED, 0);
        return;
      }
      Request copy = Park.onHeap(request);
      request.release();
      PeerReply reply = new PeerReply(forwarded, copy, answer, longReplies);
      SlotTask task = new SlotTask(forwarded.table(), forwarded.slotFrom(), forwarded.epoch(), copy, park,
          new TaskReply() {
            @Override
            public void done(Reply answered) {
              parked.remove(park.ticket());
              reply.done(answered);
            }

            @Override
            public void refused(Verdict why) {
              parked.remove(park.ticket());
              reply.refused(why);
            }
          });
      parked.put(park.ticket(), task);
      batch.add(task);
    }

    /** Who would be answered is gone. */
    private void unparkAll() {
      List<SlotTask> ends = new ArrayList<>();
      parked.forEach((ticket, task) -> ends.add(new SlotTask(task.table(), task.slot(), task.epoch(),
          task.request(), new Unpark(ticket), IGNORED)));
      tasks.run(ends);
    }

    private @Nullable Request parse(ByteBuf bytes) {
      try {
        return new RequestParser(LIMITS).next(bytes);
      } catch (ProtocolException broken) {
        LOG.error("node {} forwarded a malformed request: {}", node, broken.getMessage());
        return null;
      } finally {
        bytes.release();
      }
    }

    @Override
    public void batchEnd() {
      if (!batch.isEmpty()) {
        List<SlotTask> read = batch;
        batch = new ArrayList<>();
        tasks.run(read);
      }
    }

    @Override
    public void room() {
      tasks.goOn();
    }

    @Override
    public void closed() {
      batch.forEach(this::drop);
      batch = new ArrayList<>();
      tasks.discard();
      longReplies.close();
      unparkAll();
    }

    private void drop(SlotTask task) {
      parked.values().remove(task);
      task.request().release();
    }
  }

  private final class PeerReply implements TaskReply {
    private final PeerRequest forwarded;
    private final Request request;
    private final PeerService.Answer answer;
    private final LongRepliesOut longReplies;

    PeerReply(PeerRequest forwarded, Request request, PeerService.Answer answer, LongRepliesOut longReplies) {
      this.forwarded = forwarded;
      this.request = request;
      this.answer = answer;
      this.longReplies = longReplies;
    }

    @Override
    public void done(Reply reply) {
      request.release();
      if (reply instanceof Reply.InPieces(PieceSource source)) {
        longReplies.begin(source, forwarded.protocol(), answer);
        return;
      }
      ByteBuf bytes = encoded(reply);
      if (bytes == null) {
        answer.refuse(PeerStatus.TROUBLE, 0);
      } else {
        answer.reply(bytes);
      }
    }

    /** Null: there is no memory for it. */
    private @Nullable ByteBuf encoded(Reply reply) {
      ByteBuf bytes = null;
      try {
        bytes = ByteBufAllocator.DEFAULT.buffer((int) Math.min(ReplySize.of(reply), Integer.MAX_VALUE - 8));
        ReplyEncoder.write(reply, forwarded.protocol(), bytes);
        return bytes;
      } catch (OutOfMemoryError full) {
        // Netty's own bound of memory outside the heap, not the machine's.
        LOG.warn("no memory for the reply to another node's request: {}", full.getMessage());
        if (bytes != null) {
          bytes.release();
        }
        return null;
      }
    }

    @Override
    public void refused(Verdict why) {
      request.release();
      answer.refuse(switch (why) {
        case WRONG_EPOCH -> PeerStatus.WRONG_EPOCH;
        case NOT_LEADER -> PeerStatus.NOT_LEADER;
        case UNKNOWN_TABLE -> PeerStatus.UNKNOWN_TABLE;
        case LEADS -> PeerStatus.TROUBLE;
      }, leadership.epoch(forwarded.table(), forwarded.slotFrom()));
    }
  }
}
