package io.pika.node.type;

import io.pika.node.store.KeySpace;
import io.pika.node.type.MemberRange.ByScore;
import io.pika.node.type.MemberRange.ScoreBound;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What commands on places mean (Redis 7.0 {@code geo.c}). Places are members of a sorted set; the score is the place's
 * cell, so what lies near lies mostly near in the set, and a search reads at most nine ranges.
 */
public final class Geos {
  /** A place that was found. @param meters from the middle of the search */
  public record Found(byte[] member, double score, GeoPoint point, double meters) {}

  /** Takes what is found; false: that was enough. */
  @FunctionalInterface
  public interface FoundPlaces {
    boolean take(Found found);
  }

  private Geos() {}

  /** The score of a place. */
  public static double score(GeoPoint point) {
    return GeoCell.of(point, GeoCell.STEPS).firstScore();
  }

  /** The place of a member; null: it is none. */
  public static @Nullable GeoPoint point(KeySpace keys, byte[] key, byte[] member) {
    OptionalDouble score = SortedSets.score(keys, key, member);
    return score.isPresent() ? point(score.getAsDouble()) : null;
  }

  private static GeoPoint point(double score) {
    return GeoCell.ofScore(score).middle();
  }

  /** A place as other programs name it. */
  public static String geohash(GeoPoint point) {
    return GeoCell.geohash(point);
  }

  /** Hands out what lies in a shape around a middle, in no order, until it is enough. */
  public static void search(KeySpace keys, byte[] key, GeoPoint middle, GeoShape shape, FoundPlaces out) {
    SortedSet set = SortedSet.find(keys, key);
    List<GeoCell> cells = set == null ? List.of() : GeoCover.of(middle, shape);
    boolean[] enough = {false};
    for (GeoCell cell : cells) {
      ByScore range = new ByScore(new ScoreBound(cell.firstScore(), false),
          new ScoreBound(cell.endScore(), true));
      if (set != null && !enough[0]) {
        set.eachWhile(range, (member, score) -> {
          GeoPoint point = point(score);
          enough[0] = shape.contains(middle, point)
              && !out.take(new Found(member, score, point, middle.metersTo(point)));
          return !enough[0];
        });
      }
    }
  }
}
