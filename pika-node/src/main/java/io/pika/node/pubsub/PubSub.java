package io.pika.node.pubsub;

import io.pika.core.bytes.Bytes;
import io.pika.core.topology.Topology;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * PUBLISH, SPUBLISH and PUBSUB over all nodes of the cluster. A client's request is answered here for this node and
 * sent to all others as it is; their answers are put together. At most once, as in Redis: a node that is not reached
 * does not get the message, and is not counted. Any thread.
 */
public final class PubSub {
  /** Memory of a name in a reply beside its bytes, about. */
  private static final int NAME_BYTES = 48;

  private static final byte[] PUBLISH = Command.PUBLISH.redisName().getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SPUBLISH = Command.SPUBLISH.redisName().getBytes(StandardCharsets.US_ASCII);

  private final Subscriptions subscriptions = new Subscriptions();
  private final OtherNodes others;
  private final long maxReplyBytes;

  /**
   * @param self this node's id
   * @param maxReplyBytes memory that the names in one reply may take
   */
  public PubSub(int self, Topology topology, Upstream upstream, long maxReplyBytes) {
    this.others = new OtherNodes(self, topology, upstream);
    this.maxReplyBytes = maxReplyBytes;
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  /** Whether a publisher should wait for the answers to what it has published before it goes on. */
  public boolean isBusy() {
    return others.areBusy();
  }

  /** Messages that another node did not get because it took them too slowly. */
  public long dropped() {
    return others.dropped();
  }

  /**
   * Runs a client's request everywhere; borrows it.
   *
   * @param afterHere told within the call, when this node's subscribers have been given the message
   * @param done told once, on any thread
   * @throws RefusalException with the client's answer
   */
  public void run(int table, Request request, Runnable afterHere, Consumer<Reply> done) {
    Reply here = answer(table, request);
    afterHere.run();
    if (here instanceof Reply.Err) {
      done.accept(here);
      return;
    }
    others.ask(table, request, replies -> {
      replies.addFirst(here);
      done.accept(merged(request, replies));
    });
  }

  /** Publishes what no client has said. Nobody waits for anything. */
  public void tell(int table, Bytes channel, byte[] content) {
    subscriptions.publish(table, channel, content);
    tellOthers(table, Request.of(PUBLISH, channel.array(), content));
  }

  /** As {@link #tell}, on a channel of SPUBLISH. */
  public void tellShard(int table, Bytes channel, byte[] content) {
    subscriptions.publishToShard(table, channel, content);
    tellOthers(table, Request.of(SPUBLISH, channel.array(), content));
  }

  private void tellOthers(int table, Request request) {
    others.ask(table, request, replies -> replies.forEach(Reply::release));
    request.release();
  }

  private Reply merged(Request request, List<Reply> replies) {
    SubCommand subCommand = request.subCommand();
    if (subCommand == null) {
      return MergedAnswers.sum(replies);
    }
    return switch (subCommand) {
      case PUBSUB_NUMSUB, PUBSUB_SHARDNUMSUB -> MergedAnswers.sums(replies);
      case PUBSUB_NUMPAT -> Reply.of(MergedAnswers.union(replies).size());
      default -> limited(MergedAnswers.union(replies));
    };
  }

  /**
   * This node's part of the answer to a client's request, for that client's node. NUMPAT's part is the patterns
   * themselves: the same one on two nodes counts once.
   *
   * @throws RefusalException the request makes no sense
   */
  public Reply answer(int table, Request request) {
    Command command = request.command();
    SubCommand subCommand = request.subCommand();
    if (command == Command.PUBLISH && request.size() == 3) {
      return Reply.of(subscriptions.publish(table, Bytes.of(request.arg(1)), request.arg(2)));
    }
    if (command == Command.SPUBLISH && request.size() == 3) {
      return Reply.of(subscriptions.publishToShard(table, Bytes.of(request.arg(1)), request.arg(2)));
    }
    return switch (subCommand) {
      case PUBSUB_CHANNELS -> names(table, ChannelKind.CHANNEL, request);
      case PUBSUB_SHARDCHANNELS -> names(table, ChannelKind.SHARD, request);
      case PUBSUB_NUMPAT -> limited(subscriptions.names(table, ChannelKind.PATTERN, null));
      case PUBSUB_NUMSUB -> listeners(table, ChannelKind.CHANNEL, request);
      case PUBSUB_SHARDNUMSUB -> listeners(table, ChannelKind.SHARD, request);
      case null, default ->
        throw new RefusalException("ERR nothing that nodes ask each other about messages");
    };
  }

  private Reply names(int table, ChannelKind kind, Request request) {
    if (request.size() > 3) {
      throw new RefusalException("ERR unknown subcommand or wrong number of arguments for '" + request.text(1)
          + "'. Try PUBSUB HELP.");
    }
    @Nullable Glob pattern = request.size() == 3 ? new Glob(request.arg(2)) : null;
    return limited(subscriptions.names(table, kind, pattern));
  }

  private Reply limited(Iterable<Bytes> names) {
    List<Reply> items = new ArrayList<>();
    long bytes = 0;
    for (Bytes name : names) {
      bytes += NAME_BYTES + name.size();
      if (bytes > maxReplyBytes) {
        return Reply.error("ERR the reply would be longer than " + maxReplyBytes
            + " bytes; ask for fewer channels with a pattern");
      }
      items.add(Reply.bulk(name.array()));
    }
    return Reply.array(items);
  }

  private Reply listeners(int table, ChannelKind kind, Request request) {
    List<Reply> pairs = new ArrayList<>();
    for (int i = 2; i < request.size(); i++) {
      byte[] name = request.arg(i);
      pairs.add(Reply.bulk(name));
      pairs.add(Reply.of(subscriptions.listeners(table, kind, Bytes.of(name))));
    }
    return Reply.array(pairs);
  }
}
