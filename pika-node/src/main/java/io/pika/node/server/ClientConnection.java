package io.pika.node.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.node.pubsub.Message;
import io.pika.node.pubsub.Subscriber;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.ProtocolException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.RequestCumulator;
import io.pika.proxy.protocol.RequestLimits;
import io.pika.proxy.protocol.RequestParser;
import io.pika.proxy.protocol.SubCommand;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: reads its bytes, hands its requests to the {@link Dispatcher} in order, and stops reading while there is
 * too much to answer, to send, or to wait for. What one socket read brought is one turn: its commands run as a batch, with
 * those of others ({@link Turns}), and its replies leave in one flush. Everything but the getters runs on the connection's event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements
      ReplyQueue.Owner,
      Subscriber {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
  /** Requests under way at which reading stops. */
  private static final int MAX_PENDING = 2_048;
  /** Bytes of replies that wait for an earlier one at which reading stops. */
  private static final long MAX_HELD_BYTES = 8L << 20;
  private static final long PAUSE_CHECK_MS = 20;
  /** Up to here a buffer's length is what counts, beyond it all of what was reserved for it. */
  private static final int SMALL_INPUT = 64 << 10;
  /** What a client may send while it waits. */
  private static final int WAITING_INPUT = 1 << 20;
  private static final String NO_MEMORY = "ERR this node holds too many bytes of requests (maxmemory-clients)";

  private final ServerContext server;
  private final long id;
  private final long connectedAtNanos;
  private final Channel channel;
  private final Session session;
  private final ReplyQueue replies;
  private final OutputWatch outputWatch;
  private final MessageQueue messages = new MessageQueue();
  private final RequestParser parser;
  private final CommandBatch batch;
  private final Tally tally;
  /** A command that may be waiting at its slot's leader; null: none is. */
  private volatile @Nullable WaitingClient waiting;
  private final Topology topology;
  /** The session's table as the commands in the batch know it. */
  private @Nullable Table batchTable;
  private ByteBuf input = Unpooled.EMPTY_BUFFER;
  /** A request that was read and cannot be dispatched yet. */
  private @Nullable Request held;
  /** Until everything under way has been answered: a command that later ones must not overtake. */
  private boolean barrier;
  /** The session's table is paused; looked at again by a scheduled {@link #resume}. */
  private boolean paused;
  private boolean resumeScheduled;
  /** There may be requests that were read and not dispatched; nothing is read meanwhile. */
  private boolean stopped;
  /** The client has closed its side: what it sent is answered, then the connection closes. */
  private boolean inputEnded;
  /** No more requests are taken; the connection closes when those that were have been answered. */
  private boolean ending;
  /** What this connection has counted in the node's {@link InputBudget}. */
  private long accounted;
  /** Bytes of requests that were dispatched and are not answered. */
  private long pendingBytes;
  /** Requests that were dispatched and are not answered, but for PUBLISH: those may follow each other. */
  private int unansweredCommands;
  private volatile long lastActiveNanos;
  /** Also read by other threads, who may see an older one. */
  private String lastCommand = "NULL";
  private volatile long inputBytes;

  ClientConnection(ServerContext server, Channel channel, CommandBatch batch, Topology topology) {
    this.server = server;
    this.channel = channel;
    this.id = server.connections().nextId();
    this.connectedAtNanos = server.nanoTime().getAsLong();
    this.lastActiveNanos = connectedAtNanos;
    this.session = new Session(Addresses.isLoopback(channel.remoteAddress()));
    this.replies = new ReplyQueue(channel, session, this);
    this.outputWatch = new OutputWatch(server, this, replies::isFetchHeldUp);
    this.parser = new RequestParser(server.limits().request());
    this.batch = batch;
    this.tally = new Tally(server.statistics(), server.nanoTime());
    batch.whenBack(this::back);
    this.topology = topology;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    server.statistics().connectionsAccepted.increment();
    if (!server.connections().add(this)) {
      server.statistics().connectionsRejected.increment();
      ending = true;
      replies.writeAndClose("ERR max number of clients reached");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf read = (ByteBuf) message;
    if (ending) {
      read.release();
      return;
    }
    server.statistics().bytesIn.add(read.readableBytes());
    lastActiveNanos = server.nanoTime().getAsLong();
    try {
      input = RequestCumulator.DOUBLING.cumulate(context.alloc(), input, read);
    } catch (OutOfMemoryError full) {
      // Netty's own bound of memory outside the heap, not the machine's.
      LOG.warn("disconnecting client {}: no memory for its request: {}", address(), full.getMessage());
      read.release(read.refCnt());
      refuse(NO_MEMORY);
      return;
    }
    // What was published before these requests came leaves before their replies.
    writeMessages();
    replies.beginTurn();
    process();
    account();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    server.turns().end(this);
  }

  /** As with Redis, who closes its side gets all replies to what it sent before, but does not wait for an element. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (waiting != null) {
        cut();
      } else if (!stopped && !ending) {
        replies.beginTurn();
        end();
        server.turns().end(this);
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      outputWatch.taken();
      replies.writable();
      takeMessages();
      resume();
    } else {
      outputWatch.check();
    }
  }

  @Override
  public void drained() {
    if (!messages.isEmpty()) {
      takeMessages();
    }
    resume();
  }

  @Override
  public void progressed() {
    lastActiveNanos = server.nanoTime().getAsLong();
  }

  @Override
  public void broken(String why) {
    LOG.warn("disconnecting client {} in the middle of a long reply: {}", address(), why);
    server.statistics().longRepliesBroken.increment();
    cut();
  }

  /** Goes on with what was left lying: room has been made, or a barrier has been passed. */
  private void resume() {
    if (stopped && channel.isOpen()) {
      replies.beginTurn();
      if (!ending) {
        process();
      }
      account();
      endTurn();
    }
  }

  /** Commands that were away have been run. */
  private void back() {
    if (!channel.isOpen()) {
      batch.discard();
    }
    resume();
  }

  void endTurn() {
    if (hasOutputRoom()) {
      batch.run();
    }
    if (!batch.isEmpty()) {
      stopped = true;
    } else if (ending) {
      stopped = false;
      replies.closeAfterLast();
    }
    replies.endTurn();
    if (stopped && !batch.isAway() && mayGoOn()) {
      // What was waited for has been answered within the turn.
      scheduleResume(0);
    }
    account();
    // Who waits may go away, which only reading tells.
    boolean waits = waiting != null || batch.isAway();
    boolean wanted = !inputEnded && (ending || !stopped || waits && input.readableBytes() < WAITING_INPUT);
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  private boolean mayGoOn() {
    boolean next = !paused && (!barrier || replies.isEmpty()) && replies.size() < MAX_PENDING;
    return hasOutputRoom() && (ending || next);
  }

  boolean hasOutputRoom() {
    return replies.heldBytes() < MAX_HELD_BYTES && channel.isWritable();
  }

  /** Dispatches what has been read, until there is no whole request any more or reason to stop. */
  private void process() {
    stopped = true;
    parser.limits(
        server.dispatcher().admits(session) ? server.limits().request() : RequestLimits.UNAUTHENTICATED);
    try {
      while (!ending && mayGoOn() && !batch.isHeldUp()) {
        barrier = false;
        Request request = held == null ? parser.next(input) : held;
        held = null;
        if (request == null) {
          stopped = false;
          dropReadInput();
          if (inputEnded) {
            end();
          }
          return;
        }
        if (!dispatch(request)) {
          return;
        }
      }
    } catch (ProtocolException broken) {
      protocolError(broken);
    }
  }

  /** Whether the next request may follow at once. */
  private boolean dispatch(Request request) {
    return switch (server.dispatcher().dispatch(this, request)) {
      case GO_ON -> true;
      case WAIT -> {
        barrier = true;
        yield false;
      }
      case WHEN_ALL_ANSWERED -> {
        held = request;
        barrier = true;
        yield false;
      }
      case WHEN_NOT_PAUSED -> {
        held = request;
        paused = true;
        scheduleResume(PAUSE_CHECK_MS);
        yield false;
      }
      case CLOSE -> {
        end();
        yield false;
      }
    };
  }

  private void scheduleResume(long delayMs) {
    if (!resumeScheduled) {
      resumeScheduled = true;
      channel.eventLoop().schedule(() -> {
        resumeScheduled = false;
        paused = false;
        resume();
      }, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  /** A place in the order of replies for a request, which it takes over. */
  PendingReply expectReply(Request request) {
    PendingReply place = new PendingReply(replies, request, session.table(), lastActiveNanos,
        !session.takesReply());
    replies.add(place);
    pendingBytes += request.rawLength();
    if (!isPublishing(request)) {
      unansweredCommands++;
    }
    return place;
  }

  /** Runs what changes the session: now if the calling thread may. */
  void onLoop(Runnable change) {
    if (channel.eventLoop().inEventLoop()) {
      change.run();
    } else {
      channel.eventLoop().execute(change);
    }
  }

  void waiting(@Nullable WaitingClient client) {
    waiting = client;
  }

  /** Any thread. */
  boolean isWaiting() { return waiting != null; }

  /** Ends the waiting that is under way, if there is one. Any thread. */
  void unblock(WaitingClient.End how) {
    onLoop(() -> {
      WaitingClient client = waiting;
      if (client != null) {
        client.end(how);
      }
    });
  }

  boolean hasUnanswered() {
    return !replies.isEmpty();
  }

  /** Whether anything but the publishing of messages is under way. */
  boolean hasUnansweredCommands() {
    return unansweredCommands > 0;
  }

  /** From any thread. A client that takes its messages too slowly is disconnected. */
  @Override
  public void deliver(Message message) {
    if (messages.add(message)) {
      try {
        channel.eventLoop().execute(this::takeMessages);
      } catch (RejectedExecutionException stopping) {
        messages.close();
      }
    }
    long hardBytes = server.limits().messages().hardBytes();
    if (hardBytes > 0 && messages.bytes() > hardBytes && channel.isOpen()) {
      cutSlow(messages.bytes());
    }
  }

  /** While the client takes nothing, nothing is asked for: the channel says when it can be written again. */
  private void takeMessages() {
    if (channel.isWritable()) {
      messages.writing();
      writeMessages();
    }
  }

  /** Sends what has been published to this session, as far as the client takes it. */
  void writeMessages() {
    if (!messages.isEmpty()) {
      replies.write(messages);
    }
  }

  /** The topology has changed: whoever may not use the table any more hears nothing of it any more. */
  void checkSubscriber() {
    if (session.isSubscriber() && !server.dispatcher().admits(session)) {
      LOG.info("disconnecting subscriber {}: its table may not be used any more", address());
      cut();
    }
  }

  private static boolean isPublishing(Request request) {
    return request.command() == Command.PUBLISH || request.command() == Command.SPUBLISH;
  }

  private void protocolError(ProtocolException broken) {
    server.statistics().protocolErrors.increment();
    if (LOG.isDebugEnabled()) {
      LOG.debug("closing client {}: {}", address(), broken.getMessage());
    }
    Reply.Err words = broken.reply();
    if (words != null) {
      expectReply(Request.of("protocol-error")).complete(words);
    }
    end();
  }

  /** No more requests; what is under way is answered, then the connection closes. */
  private void end() {
    ending = true;
    dropInput();
  }

  /** Closes now; nothing more is sent. Any thread. */
  void cut() {
    channel.close();
  }

  /** Answers what is under way, then closes. Any thread. */
  void finish() {
    channel.eventLoop().execute(() -> {
      if (!ending) {
        unblock(WaitingClient.End.AS_TIMEOUT);
        replies.beginTurn();
        end();
        endTurn();
      }
    });
  }

  /** Keeps the node's count of request bytes; a client beyond its limit, or the node's, goes. */
  private void account() {
    if (!channel.isOpen()) {
      return;
    }
    long now = (input.readableBytes() > SMALL_INPUT ? input.capacity() : input.readableBytes())
        + pendingBytes + session.channels().bytes() + session.transactionBytes();
    inputBytes = now;
    boolean fits = server.inputBudget().change(accounted, now);
    accounted = now;
    if (!ending && (!fits || now > server.limits().queryBufferBytes())) {
      LOG.warn("disconnecting client {}: {} bytes of requests, {}", address(), now,
          fits ? "more than client-query-buffer-limit" : "with maxmemory-clients reached");
      refuse(fits
          ? "ERR too many bytes of requests (client-query-buffer-limit)"
          : NO_MEMORY);
    }
  }

  /** Ends the connection with an error, whatever is under way. */
  private void refuse(String error) {
    server.statistics().connectionsCut.increment();
    ending = true;
    dropInput();
    if (replies.isFetching()) {
      // The client would take the error for an item of the reply.
      cut();
    } else {
      replies.writeAndClose(error);
    }
  }

  /** Called each second. */
  void checkOutput() {
    outputWatch.check();
  }

  /** Any thread. @param waiting bytes that the client has not taken */
  void cutSlow(long waiting) {
    LOG.warn("disconnecting client {}: {} bytes of replies not fetched (client-output-buffer-limit)",
        address(), waiting);
    server.statistics().connectionsCut.increment();
    messages.close();
    cut();
  }

  @Override
  public void left() {
    tally.end();
  }

  @Override
  public void leaving(PendingReply pending, Reply reply) {
    pendingBytes -= pending.request().rawLength();
    if (!isPublishing(pending.request())) {
      unansweredCommands--;
    }
    server.observe(this, pending, reply, tally);
  }

  private void dropReadInput() {
    if (!input.isReadable()) {
      input.release();
      input = Unpooled.EMPTY_BUFFER;
    }
  }

  private void dropInput() {
    input.release();
    input = Unpooled.EMPTY_BUFFER;
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ending = true;
    unblock(WaitingClient.End.AS_TIMEOUT);
    server.connections().remove(this);
    messages.close();
    batch.discard();
    Subscribing.leave(server.subscriptions(), this);
    dropInput();
    replies.close();
    server.inputBudget().change(accounted, 0);
    accounted = 0;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("client {} is gone: {}", address(), cause.getMessage());
    } else {
      LOG.error("closing client {} after a failure", address(), cause);
    }
    context.close();
  }

  /** A command is about to run: what CLIENT LIST shows as the last one. */
  void ran(Command command, @Nullable SubCommand subCommand) {
    lastCommand = subCommand == null ? command.redisName() : subCommand.redisName();
  }

  /** The session's table, the same for all commands of a batch; null: there is none any more. */
  @Nullable
  Table table() {
    if (batch.isEmpty() || batchTable == null || batchTable.id() != session.table()) {
      batchTable = topology.table(session.table());
    }
    return batchTable;
  }

  CommandBatch batch() {
    return batch;
  }

  Session session() {
    return session;
  }

  Channel channel() {
    return channel;
  }

  long id() {
    return id;
  }

  String lastCommand() {
    return lastCommand;
  }

  long connectedAtNanos() {
    return connectedAtNanos;
  }

  long lastActiveNanos() {
    return lastActiveNanos;
  }

  /** Bytes of requests, read and not answered. */
  long inputBytes() {
    return inputBytes;
  }

  /** Bytes of replies and messages that the client has not taken. */
  long outputBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return messages.bytes() + (buffer == null ? 0 : buffer.totalPendingWriteBytes());
  }

  String address() {
    return Addresses.text(channel.remoteAddress());
  }

  String localAddress() {
    return Addresses.text(channel.localAddress());
  }
}
