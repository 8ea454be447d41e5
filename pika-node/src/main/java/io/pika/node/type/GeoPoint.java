package io.pika.node.type;

/** A place on the earth, in degrees. */
public record GeoPoint(double longitude, double latitude) {
  static final double LONGITUDE_MAX = 180;
  /** That of the Mercator projection, EPSG:3857. */
  static final double LATITUDE_MAX = 85.05112878;

  private static final double EARTH_RADIUS_METERS = 6372797.560856;
  private static final double RADIANS = Math.PI / 180;

  /** Whether it is one that can be a member. */
  public boolean isValid() {
    return longitude >= -LONGITUDE_MAX && longitude <= LONGITUDE_MAX && latitude >= -LATITUDE_MAX
        && latitude <= LATITUDE_MAX;
  }

  /** The great circle's length in meters, by the haversine formula. */
  public double metersTo(GeoPoint other) {
    double from = latitude * RADIANS;
    double to = other.latitude * RADIANS;
    double u = StrictMath.sin((to - from) / 2);
    double v = StrictMath.sin((other.longitude * RADIANS - longitude * RADIANS) / 2);
    double chord = Math.sqrt(u * u + StrictMath.cos(from) * StrictMath.cos(to) * v * v);
    // Rounding may lead a little beyond the other end of the earth.
    return 2 * EARTH_RADIUS_METERS * StrictMath.asin(Math.min(1, chord));
  }

  /** Degrees of latitude that are so many meters. */
  static double latitudes(double meters) {
    return meters / EARTH_RADIUS_METERS / RADIANS;
  }

  /** Degrees of longitude that are so many meters, at a latitude. */
  static double longitudes(double meters, double latitude) {
    return meters / EARTH_RADIUS_METERS / StrictMath.cos(latitude * RADIANS) / RADIANS;
  }
}
