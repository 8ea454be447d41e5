package io.pika.node.type;

/**
 * A cell of the grid that Redis lays over the earth: longitudes and latitudes are halved {@code step} times, and the bits
 * of the halves interleaved, those of the longitude first. A member's score is its cell of step 26.
 *
 * @param bits the lower {@code 2 * step} count
 * @param step from 1 to 26
 */
record GeoCell(long bits, int step) {
  static final int STEPS = 26;
  /** Bits of a score. */
  private static final int SCORE_BITS = 2 * STEPS;
  private static final long LONGITUDE_BITS = 0xaaaaaaaaaaaaaaaaL;
  private static final long LATITUDE_BITS = 0x5555555555555555L;
  /** Of the geohash that other programs know, whose latitudes reach to the poles. */
  private static final double POLE = 90;
  private static final String LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz";
  private static final int HASH_LETTERS = 11;

  /** What a cell covers. */
  record Area(double west, double east, double south, double north) {}

  static GeoCell of(GeoPoint point, int step) {
    return of(point, step, GeoPoint.LATITUDE_MAX);
  }

  private static GeoCell of(GeoPoint point, int step, double latitudeMax) {
    double halves = 1L << step;
    double north = (point.latitude() + latitudeMax) / (latitudeMax + latitudeMax) * halves;
    double east = (point.longitude() + GeoPoint.LONGITUDE_MAX)
        / (GeoPoint.LONGITUDE_MAX + GeoPoint.LONGITUDE_MAX) * halves;
    return new GeoCell(spread((long) north) | spread((long) east) << 1, step);
  }

  /** The cell in a score, also in one that no place has: as C converts it on the machines that Redis runs on. */
  static GeoCell ofScore(double score) {
    return new GeoCell(unsigned(score), STEPS);
  }

  private static long unsigned(double number) {
    if (number < 0x1p63) {
      return signed(number);
    }
    return signed(number - 0x1p63) ^ Long.MIN_VALUE;
  }

  private static long signed(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  /** The middle of the cell. */
  GeoPoint middle() {
    Area area = area();
    return new GeoPoint(within((area.west + area.east) / 2, GeoPoint.LONGITUDE_MAX),
        within((area.south + area.north) / 2, GeoPoint.LATITUDE_MAX));
  }

  private static double within(double degrees, double most) {
    return Math.clamp(degrees, -most, most);
  }

  Area area() {
    int east = gathered(bits >>> 1);
    int north = gathered(bits);
    return new Area(degrees(east, GeoPoint.LONGITUDE_MAX), degrees(east + 1, GeoPoint.LONGITUDE_MAX),
        degrees(north, GeoPoint.LATITUDE_MAX), degrees(north + 1, GeoPoint.LATITUDE_MAX));
  }

  private double degrees(int halves, double most) {
    return -most + Integer.toUnsignedLong(halves) * 1.0 / (1L << step) * (most + most);
  }

  /** The least score in the cell. */
  long firstScore() {
    return bits << SCORE_BITS - 2 * step;
  }

  /** The first score behind the cell. */
  long endScore() {
    return bits + 1 << SCORE_BITS - 2 * step;
  }

  /** The cell so many to the east and to the north, from -1 to 1 each; around the edges of the grid. */
  GeoCell neighbor(int east, int north) {
    long longitude = moved(bits & LONGITUDE_BITS, east, LATITUDE_BITS, LONGITUDE_BITS);
    long latitude = moved(bits & LATITUDE_BITS, north, LONGITUDE_BITS, LATITUDE_BITS);
    return new GeoCell(longitude | latitude, step);
  }

  /** Adds to every second bit: those between are filled so that they pass the carry on. */
  private long moved(long of, int by, long others, long own) {
    if (by == 0) {
      return of;
    }
    long between = others >>> 64 - 2 * step;
    long sum = by > 0 ? of + (between + 1) : (of | between) - (between + 1);
    return sum & own >>> 64 - 2 * step;
  }

  /** The geohash as other programs write it; its last letter has no bits left, and is 0. */
  static String geohash(GeoPoint point) {
    long bits = of(point, STEPS, POLE).bits;
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < HASH_LETTERS; i++) {
      text.append(LETTERS.charAt((int) (bits >>> SCORE_BITS - i * 5) & 0x1f));
    }
    return text.append(LETTERS.charAt(0)).toString();
  }

  /** The lower 32 bits, each in front of an empty one. */
  private static long spread(long number) {
    long bits = number & 0xffffffffL;
    bits = (bits | bits << 16) & 0x0000ffff0000ffffL;
    bits = (bits | bits << 8) & 0x00ff00ff00ff00ffL;
    bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0fL;
    bits = (bits | bits << 2) & 0x3333333333333333L;
    return (bits | bits << 1) & LATITUDE_BITS;
  }

  /** Every second bit, from the lowest on. */
  private static int gathered(long bits) {
    long number = bits & LATITUDE_BITS;
    number = (number | number >>> 1) & 0x3333333333333333L;
    number = (number | number >>> 2) & 0x0f0f0f0f0f0f0f0fL;
    number = (number | number >>> 4) & 0x00ff00ff00ff00ffL;
    number = (number | number >>> 8) & 0x0000ffff0000ffffL;
    return (int) (number | number >>> 16);
  }
}
