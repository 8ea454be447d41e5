package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.GeoPoint;
import io.pika.node.type.GeoShape;
import io.pika.node.type.Geos;
import io.pika.node.type.SortedSets;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What GEOSEARCH and the older GEORADIUS commands ask for. Redis finds out about the key and its members while it reads
 * the arguments, and so which error comes first depends on both: reading and looking are one here too.
 */
final class GeoQuery {
  private static final RefusalException NO_MEMBER = new RefusalException(
      "ERR could not decode requested zset member");
  private static final RefusalException NO_COUNT = new RefusalException("ERR COUNT must be > 0");
  private static final RefusalException ANY_WITHOUT_COUNT = new RefusalException(
      "ERR the ANY argument requires COUNT argument");

  /** What stands before the options. */
  enum Form {
    /** GEORADIUS: a place and a radius. */
    RADIUS,
    /** GEORADIUSBYMEMBER: a member and a radius. */
    RADIUS_OF_MEMBER,
    /** GEOSEARCH: nothing. */
    SEARCH,
    /** GEOSEARCHSTORE: the key for the result. */
    SEARCH_AND_STORE
  }

  /** Whether the older commands may have STORE and STOREDIST. */
  enum Storing {
    ALLOWED, FORBIDDEN
  }

  enum Order {
    NONE, NEAREST, FARTHEST
  }

  enum Extra {
    DISTANCE, HASH, COORDINATES
  }

  /** Where the result goes. */
  record Target(byte[] key, Scores scores) {
    enum Scores {
      CELLS, DISTANCES
    }
  }

  private final Args args;
  private final KeySpace keys;
  private final Form form;
  private final byte[] key;
  private final boolean present;
  private final Set<Extra> extras = EnumSet.noneOf(Extra.class);
  private @Nullable Target target;
  private @Nullable GeoPoint middle;
  private @Nullable GeoShape shape;
  private boolean hasMember;
  private boolean hasPlace;
  private Order order = Order.NONE;
  private long count;
  private boolean any;

  private GeoQuery(Args args, KeySpace keys, Form form) {
    this.args = args;
    this.keys = keys;
    this.form = form;
    this.target = form == Form.SEARCH_AND_STORE
        ? new Target(args.takeBytes(), Target.Scores.CELLS)
        : null;
    this.key = args.takeBytes();
    this.present = SortedSets.size(keys, key) > 0;
  }

  static GeoQuery parse(Args args, KeySpace keys, Form form, Storing storing) {
    GeoQuery query = new GeoQuery(args, keys, form);
    query.readPlaces();
    while (args.hasNext()) {
      if (!query.readFlag() && !query.readStore(storing) && !query.readSearch()) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    query.check();
    return query;
  }

  private void readPlaces() {
    switch (form) {
      case RADIUS -> {
        middle = GeoArguments.point(args);
        shape = GeoArguments.circle(args);
      }
      case RADIUS_OF_MEMBER -> {
        byte[] member = args.takeBytes();
        if (present) {
          middle = member(member);
          shape = GeoArguments.circle(args);
        } else {
          args.takeBytes();
          args.takeBytes();
        }
      }
      case SEARCH, SEARCH_AND_STORE -> {
      }
    }
  }

  private GeoPoint member(byte[] member) {
    GeoPoint found = Geos.point(keys, key, member);
    if (found == null) {
      throw NO_MEMBER;
    }
    return found;
  }

  private boolean readFlag() {
    if (args.takeIf("WITHDIST")) {
      extras.add(Extra.DISTANCE);
    } else if (args.takeIf("WITHHASH")) {
      extras.add(Extra.HASH);
    } else if (args.takeIf("WITHCOORD")) {
      extras.add(Extra.COORDINATES);
    } else if (args.takeIf("ANY")) {
      any = true;
    } else if (args.takeIf("ASC")) {
      order = Order.NEAREST;
    } else if (args.takeIf("DESC")) {
      order = Order.FARTHEST;
    } else if (args.remaining() > 1 && args.takeIf("COUNT")) {
      count = args.takeLong();
      if (count <= 0) {
        throw NO_COUNT;
      }
    } else {
      return false;
    }
    return true;
  }

  private boolean readStore(Storing storing) {
    if (form == Form.SEARCH_AND_STORE && target != null && args.takeIf("STOREDIST")) {
      target = new Target(target.key, Target.Scores.DISTANCES);
      return true;
    }
    if (isSearch() || storing == Storing.FORBIDDEN || args.remaining() < 2) {
      return false;
    }
    if (args.takeIf("STORE")) {
      target = new Target(args.takeBytes(), Target.Scores.CELLS);
    } else if (args.takeIf("STOREDIST")) {
      target = new Target(args.takeBytes(), Target.Scores.DISTANCES);
    } else {
      return false;
    }
    return true;
  }

  private boolean readSearch() {
    if (!isSearch()) {
      return false;
    }
    if (!hasPlace && args.remaining() > 1 && args.takeIf("FROMMEMBER")) {
      byte[] member = args.takeBytes();
      middle = present ? member(member) : null;
      hasMember = true;
    } else if (!hasMember && args.remaining() > 2 && args.takeIf("FROMLONLAT")) {
      middle = GeoArguments.point(args);
      hasPlace = true;
    } else if (!(shape instanceof GeoShape.Box) && args.remaining() > 2 && args.takeIf("BYRADIUS")) {
      shape = GeoArguments.circle(args);
    } else if (!(shape instanceof GeoShape.Circle) && args.remaining() > 3 && args.takeIf("BYBOX")) {
      shape = GeoArguments.box(args);
    } else {
      return false;
    }
    return true;
  }

  private void check() {
    if (target != null && !extras.isEmpty()) {
      String name = form == Form.SEARCH_AND_STORE ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
      throw new RefusalException(
          "ERR " + name + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
    }
    if (isSearch() && !hasMember && !hasPlace) {
      throw Words.quoting("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ",
          args.request().arg(0));
    }
    if (isSearch() && shape == null) {
      throw Words.quoting("ERR exactly one of BYRADIUS and BYBOX can be specified for ",
          args.request().arg(0));
    }
    if (any && count == 0) {
      throw ANY_WITHOUT_COUNT;
    }
  }

  private boolean isSearch() { return form == Form.SEARCH || form == Form.SEARCH_AND_STORE; }

  byte[] key() {
    return key;
  }

  /** Null: the result is for the client. */
  @Nullable
  Target target() {
    return target;
  }

  /** Null: the key is not there. */
  @Nullable
  GeoPoint middle() {
    return present ? middle : null;
  }

  /** Null: the key is not there. */
  @Nullable
  GeoShape shape() {
    return shape;
  }

  Set<Extra> extras() {
    return extras;
  }

  /** Some, but not any, are the nearest ones. */
  Order order() {
    return order == Order.NONE && count > 0 && !any ? Order.NEAREST : order;
  }

  /** How many at most. */
  long most() {
    return count == 0 ? Long.MAX_VALUE : count;
  }

  /** After how many to stop looking. */
  long enough() {
    return any ? count : Long.MAX_VALUE;
  }
}
