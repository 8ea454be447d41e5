package io.pika.node.command;

import io.pika.node.type.GeoPoint;
import io.pika.node.type.GeoShape;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Places, lengths and units as Redis reads and writes them. */
final class GeoArguments {
  private static final Reply.Err NO_RADIUS = Reply.error("ERR need numeric radius");
  private static final Reply.Err NO_WIDTH = Reply.error("ERR need numeric width");
  private static final Reply.Err NO_HEIGHT = Reply.error("ERR need numeric height");
  private static final RefusalException NEGATIVE_RADIUS = new RefusalException(
      "ERR radius cannot be negative");
  private static final RefusalException NEGATIVE_SIDE = new RefusalException(
      "ERR height or width cannot be negative");
  private static final RefusalException NO_UNIT = new RefusalException(
      "ERR unsupported unit provided. please use M, KM, FT, MI");

  private GeoArguments() {}

  /** A longitude and a latitude. */
  static GeoPoint point(Args args) {
    GeoPoint point = new GeoPoint(args.takeDouble(), args.takeDouble());
    if (!point.isValid()) {
      throw new RefusalException("ERR invalid longitude,latitude pair " + fixed(point.longitude(), 6) + ','
          + fixed(point.latitude(), 6));
    }
    return point;
  }

  /** A radius and its unit. */
  static GeoShape circle(Args args) {
    double radius = length(args, NO_RADIUS);
    if (radius < 0) {
      throw NEGATIVE_RADIUS;
    }
    return new GeoShape.Circle(radius, unit(args));
  }

  /** A width, a height and their unit. */
  static GeoShape box(Args args) {
    double width = length(args, NO_WIDTH);
    double height = length(args, NO_HEIGHT);
    if (height < 0 || width < 0) {
      throw NEGATIVE_SIDE;
    }
    return new GeoShape.Box(width, height, unit(args));
  }

  private static double length(Args args, Reply.Err otherwise) {
    double length = Numbers.parseDouble(args.takeBytes());
    if (Double.isNaN(length)) {
      throw new RefusalException(otherwise);
    }
    return length;
  }

  /** How many meters it is. */
  static double unit(Args args) {
    if (args.takeIf("M")) {
      return 1;
    }
    if (args.takeIf("KM")) {
      return 1000;
    }
    if (args.takeIf("FT")) {
      return 0.3048;
    }
    if (args.takeIf("MI")) {
      return 1609.34;
    }
    throw NO_UNIT;
  }

  /** A distance has four digits behind the point. */
  static Reply distance(double length) {
    return Reply.bulk(fixed(length, 4));
  }

  /** As C prints {@code %.nf}. */
  private static String fixed(double number, int digits) {
    if (Double.isInfinite(number) || Double.isNaN(number)) {
      return ReplyEncoder.formatDouble(number);
    }
    String text = new BigDecimal(Math.abs(number)).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return number < 0 || 1 / number < 0 ? "-" + text : text;
  }
}
