package io.pika.node.type;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells that cover a shape: that of its middle and those around it, of the smallest size that does (Redis 7.0
 * {@code geohash_helper.c}). Which they are shows in the order of unsorted results.
 */
final class GeoCover {
  private static final double MERCATOR_METERS = 20037726.37;
  /** Those around a cell in the order in which Redis visits them, after the cell itself: to the east, to the north. */
  private static final int[][] AROUND = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1},
      {-1, -1}};

  private GeoCover() {}

  /** In the order in which they are visited. */
  static List<GeoCell> of(GeoPoint middle, GeoShape shape) {
    int step = step(shape.reachMeters(), middle.latitude());
    GeoCell center = GeoCell.of(middle, step);
    GeoCell.Area bounds = bounds(middle, shape);
    if (step > 1 && isTooSmall(center, bounds)) {
      step--;
      center = GeoCell.of(middle, step);
    }
    List<GeoCell> cells = new ArrayList<>();
    cells.add(center);
    GeoCell last = null;
    for (int[] way : AROUND) {
      GeoCell cell = center.neighbor(way[0], way[1]);
      boolean needed = step < 2 || isNeeded(center.area(), bounds, way);
      if (needed && !cell.equals(last)) {
        cells.add(cell);
        last = cell;
      }
    }
    return cells;
  }

  /** The number of halvings after which a cell is still about as large as the reach; cells are narrower near the poles. */
  private static int step(double reachMeters, double latitude) {
    if (reachMeters == 0) {
      return GeoCell.STEPS;
    }
    int step = 1;
    for (double meters = reachMeters; meters < MERCATOR_METERS; meters *= 2) {
      step++;
    }
    step -= 2;
    if (Math.abs(latitude) > 66) {
      step -= Math.abs(latitude) > 80 ? 2 : 1;
    }
    return Math.clamp(step, 1, GeoCell.STEPS);
  }

  /** Where the middle lies near an edge of its cell, the next ones may not reach far enough. */
  private static boolean isTooSmall(GeoCell center, GeoCell.Area bounds) {
    return center.neighbor(0, 1).area().north() < bounds.north()
        || center.neighbor(0, -1).area().south() > bounds.south()
        || center.neighbor(1, 0).area().east() < bounds.east()
        || center.neighbor(-1, 0).area().west() > bounds.west();
  }

  private static GeoCell.Area bounds(GeoPoint middle, GeoShape shape) {
    double latitudes = GeoPoint.latitudes(shape.northMeters());
    double toPole = middle.latitude() < 0 ? -latitudes : latitudes;
    double longitudes = GeoPoint.longitudes(shape.eastMeters(), middle.latitude() + toPole);
    return new GeoCell.Area(middle.longitude() - longitudes, middle.longitude() + longitudes,
        middle.latitude() - latitudes, middle.latitude() + latitudes);
  }

  /** Not where the cell in the middle reaches beyond the shape on that side already. */
  private static boolean isNeeded(GeoCell.Area center, GeoCell.Area bounds, int[] way) {
    return !(way[1] < 0 && center.south() < bounds.south() || way[1] > 0 && center.north() > bounds.north()
        || way[0] < 0 && center.west() < bounds.west() || way[0] > 0 && center.east() > bounds.east());
  }
}
