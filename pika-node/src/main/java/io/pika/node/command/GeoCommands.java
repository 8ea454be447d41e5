package io.pika.node.command;

import io.pika.node.command.GeoQuery.Extra;
import io.pika.node.command.GeoQuery.Form;
import io.pika.node.command.GeoQuery.Order;
import io.pika.node.command.GeoQuery.Storing;
import io.pika.node.command.GeoQuery.Target;
import io.pika.node.store.KeySpace;
import io.pika.node.type.GeoPoint;
import io.pika.node.type.GeoShape;
import io.pika.node.type.Geos;
import io.pika.node.type.Geos.Found;
import io.pika.node.type.ScoredMember;
import io.pika.node.type.SortedSets;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands on places, of Redis 7.0. */
final class GeoCommands {
  /** Memory of a place that was found beside its member, about. */
  private static final int FOUND_BYTES = 64;

  private final Limits limits;

  GeoCommands(Limits limits) {
    this.limits = limits;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.GEOADD, GeoCommands::add);
    handlers.on(Command.GEODIST, GeoCommands::distance);
    handlers.on(Command.GEOHASH, this::hashes);
    handlers.on(Command.GEOPOS, this::positions);
    bindSearch(handlers, Command.GEORADIUS, Form.RADIUS, Storing.ALLOWED);
    bindSearch(handlers, Command.GEORADIUS_RO, Form.RADIUS, Storing.FORBIDDEN);
    bindSearch(handlers, Command.GEORADIUSBYMEMBER, Form.RADIUS_OF_MEMBER, Storing.ALLOWED);
    bindSearch(handlers, Command.GEORADIUSBYMEMBER_RO, Form.RADIUS_OF_MEMBER, Storing.FORBIDDEN);
    bindSearch(handlers, Command.GEOSEARCH, Form.SEARCH, Storing.FORBIDDEN);
    bindSearch(handlers, Command.GEOSEARCHSTORE, Form.SEARCH_AND_STORE, Storing.FORBIDDEN);
  }

  private void bindSearch(Handlers handlers, Command command, Form form, Storing storing) {
    handlers.on(command, (args, keys) -> search(keys, GeoQuery.parse(args, keys, form, storing)));
  }

  private static Reply add(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ScoreOptions options = ScoreOptions.ofPlaces(args);
    List<ScoredMember> members = new ArrayList<>();
    while (args.hasNext()) {
      double score = Geos.score(GeoArguments.point(args));
      members.add(new ScoredMember(args.takeBytes(), score));
    }
    return Reply.of(options.count().of(SortedSets.change(keys, key, options.change(), members)));
  }

  private static Reply distance(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] one = args.takeBytes();
    byte[] other = args.takeBytes();
    if (args.remaining() > 1) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    double meters = args.hasNext() ? GeoArguments.unit(args) : 1;
    GeoPoint from = Geos.point(keys, key, one);
    GeoPoint to = Geos.point(keys, key, other);
    return from == null || to == null ? Reply.NIL : GeoArguments.distance(from.metersTo(to) / meters);
  }

  private Reply hashes(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ReplyItems items = new ReplyItems(limits.replyBytes());
    SortedSets.size(keys, key);
    while (args.hasNext()) {
      GeoPoint point = Geos.point(keys, key, args.takeBytes());
      items.add(point == null ? Reply.NIL : Reply.bulk(Geos.geohash(point)));
    }
    return items.array();
  }

  private Reply positions(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ReplyItems items = new ReplyItems(limits.replyBytes());
    SortedSets.size(keys, key);
    while (args.hasNext()) {
      GeoPoint point = Geos.point(keys, key, args.takeBytes());
      items.add(point == null ? Reply.NULL_ARRAY : coordinates(point));
    }
    return items.array();
  }

  private static Reply coordinates(GeoPoint point) {
    return Reply.array(Reply.decimal(point.longitude()), Reply.decimal(point.latitude()));
  }

  private Reply search(KeySpace keys, GeoQuery query) {
    GeoPoint middle = query.middle();
    GeoShape shape = query.shape();
    List<Found> found = middle == null || shape == null ? List.of() : found(keys, query, middle, shape);
    double unit = shape == null ? 1 : shape.metersPerUnit();
    Target target = query.target();
    return target == null ? shown(found, query.extras(), unit) : Reply.of(store(keys, target, found, unit));
  }

  private List<Found> found(KeySpace keys, GeoQuery query, GeoPoint middle, GeoShape shape) {
    ReplyItems budget = new ReplyItems(limits.replyBytes());
    List<Found> found = new ArrayList<>();
    Geos.search(keys, query.key(), middle, shape, each -> {
      budget.count(FOUND_BYTES + each.member().length);
      found.add(each);
      return found.size() < query.enough();
    });
    Comparator<Found> order = order(query.order());
    if (order != null) {
      found.sort(order);
    }
    return found.subList(0, (int) Math.min(query.most(), found.size()));
  }

  private static @Nullable Comparator<Found> order(Order order) {
    Comparator<Found> nearest = Comparator.comparingDouble(Found::meters);
    return switch (order) {
      case NONE -> null;
      case NEAREST -> nearest;
      case FARTHEST -> nearest.reversed();
    };
  }

  private Reply shown(List<Found> found, Set<Extra> extras, double unit) {
    ReplyItems items = new ReplyItems(limits.replyBytes());
    for (Found each : found) {
      if (extras.isEmpty()) {
        items.add(each.member());
      } else {
        items.count(each.member().length);
        items.add(withExtras(each, extras, unit));
      }
    }
    return items.array();
  }

  private static Reply withExtras(Found found, Set<Extra> extras, double unit) {
    List<Reply> items = new ArrayList<>();
    items.add(Reply.bulk(found.member()));
    for (Extra extra : extras) {
      items.add(switch (extra) {
        case DISTANCE -> GeoArguments.distance(found.meters() / unit);
        case HASH -> Reply.of((long) found.score());
        case COORDINATES -> coordinates(found.point());
      });
    }
    return Reply.array(items);
  }

  private static long store(KeySpace keys, Target target, List<Found> found, double unit) {
    return SortedSets.store(keys, target.key(), out -> {
      for (Found each : found) {
        out.take(each.member(), switch (target.scores()) {
          case CELLS -> each.score();
          case DISTANCES -> each.meters() / unit;
        });
      }
    });
  }
}
