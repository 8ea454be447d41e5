package io.pika.node.type;

/** What GEOSEARCH looks for around a place. Lengths are in the client's unit, of so many meters. */
public sealed interface GeoShape {
  double metersPerUnit();

  record Circle(double radius, double metersPerUnit) implements GeoShape {}

  record Box(double width, double height, double metersPerUnit) implements GeoShape {}

  /** From the middle to the farthest point. */
  default double reachMeters() {
    return switch (this) {
      case Circle circle -> circle.radius * circle.metersPerUnit;
      case Box box -> Math.sqrt(box.width / 2 * (box.width / 2) + box.height / 2 * (box.height / 2))
          * box.metersPerUnit;
    };
  }

  /** From the middle to the east. */
  default double eastMeters() {
    return switch (this) {
      case Circle circle -> circle.metersPerUnit * circle.radius;
      case Box box -> box.metersPerUnit * (box.width / 2);
    };
  }

  /** From the middle to the north. */
  default double northMeters() {
    return switch (this) {
      case Circle circle -> circle.metersPerUnit * circle.radius;
      case Box box -> box.metersPerUnit * (box.height / 2);
    };
  }

  /** Whether a point lies in the shape around a middle. */
  default boolean contains(GeoPoint middle, GeoPoint point) {
    return switch (this) {
      case Circle circle -> middle.metersTo(point) <= circle.radius * circle.metersPerUnit;
      case Box box -> point.metersTo(new GeoPoint(middle.longitude(), point.latitude())) <= box.width
          * box.metersPerUnit / 2
          && point.metersTo(new GeoPoint(point.longitude(), middle.latitude())) <= box.height
              * box.metersPerUnit / 2;
    };
  }
}
