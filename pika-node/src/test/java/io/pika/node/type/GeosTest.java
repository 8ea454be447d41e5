package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pika.core.bytes.Bytes;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Growth;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeosTest {
  private static final byte[] KEY = {'k'};
  private static final GeoPoint PALERMO = new GeoPoint(13.361389, 38.115556);
  private static final GeoPoint CATANIA = new GeoPoint(15.087269, 37.502669);

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1);

  @Test
  void aPlaceIsItsCell() {
    assertThat(Geos.score(PALERMO)).isEqualTo(3479099956230698.0);
    GeoPoint middle = GeoCell.ofScore(Geos.score(PALERMO)).middle();
    assertThat(middle.longitude()).isEqualTo(PALERMO.longitude(), within(1e-5));
    assertThat(middle.latitude()).isEqualTo(PALERMO.latitude(), within(1e-5));
    assertThat(Geos.geohash(middle)).isEqualTo("sqc8b49rny0");
  }

  @Test
  void distancesAreThoseOnASphere() {
    assertThat(PALERMO.metersTo(CATANIA)).isEqualTo(166_274.15, within(1.0));
    assertThat(PALERMO.metersTo(PALERMO)).isZero();
  }

  @Test
  void neighborsOfNeighborsComeBack() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      GeoCell cell = GeoCell.of(place(random), 1 + random.nextInt(GeoCell.STEPS));
      assertThat(cell.neighbor(1, 1).neighbor(-1, -1)).isEqualTo(cell);
      assertThat(cell.neighbor(1, -1)).isEqualTo(cell.neighbor(1, 0).neighbor(0, -1));
    }
  }

  @Test
  void aSearchFindsWhatIsNearAndReadsNothingTwice() {
    Random random = new Random(2);
    Set<Bytes> near = new HashSet<>();
    GeoPoint middle = new GeoPoint(10, 50);
    for (int i = 0; i < 2_000; i++) {
      GeoPoint place = new GeoPoint(10 + random.nextDouble(-2, 2), 50 + random.nextDouble(-2, 2));
      byte[] member = Bytes.of("m" + i).array();
      ScoreChange change = new ScoreChange(Presence.ANY, Growth.ANY, Form.SET);
      SortedSets.change(keys, KEY, change, List.of(new ScoredMember(member, Geos.score(place))));
      if (middle.metersTo(GeoCell.ofScore(Geos.score(place)).middle()) <= 50_000) {
        near.add(Bytes.of(member));
      }
    }
    Set<Bytes> found = new HashSet<>();
    Geos.search(keys, KEY, middle, new GeoShape.Circle(50, 1000), each -> {
      assertThat(found.add(Bytes.of(each.member()))).isTrue();
      return true;
    });
    assertThat(found).isEqualTo(near).isNotEmpty();
  }

  private static GeoPoint place(Random random) {
    return new GeoPoint(random.nextDouble(-180, 180), random.nextDouble(-85, 85));
  }

  @Test
  void theOtherEndOfTheEarthHasADistance() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      GeoPoint one = new GeoPoint(random.nextDouble(180) - 180, random.nextDouble(170) - 85);
      double meters = one.metersTo(new GeoPoint(one.longitude() + 180, -one.latitude()));
      assertThat(meters).as("%s", one).isBetween(20_000_000.0, 20_100_000.0);
    }
  }
}
