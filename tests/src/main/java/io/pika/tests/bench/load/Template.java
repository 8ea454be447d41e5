package io.pika.tests.bench.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request that was encoded once; only its places are written anew each time. Words with blanks between, in which
 * {@code {key}}, {@code {member}} and {@code {any}} stand for eight digits and {@code {value}} for the bytes of a value.
 */
public final class Template {
  /** Eight digits. */
  public static final int NUMBERS = 100_000_000;

  private static final int DIGITS = 8;
  private static final int HALF = 10_000;
  private static final int[] FOUR_DIGITS = fourDigits();
  private static final Pattern PLACE = Pattern.compile("\\{(key|member|any|value)}");

  private enum Kind {
    KEY, MEMBER, ANY, VALUE
  }

  /** @param at offset in the request */
  private record Place(Kind kind, int at) {}

  private final byte[] bytes;
  private final Place[] places;
  private final int valueBytes;

  private Template(byte[] bytes, List<Place> places, int valueBytes) {
    this.bytes = bytes;
    this.places = places.toArray(Place[]::new);
    this.valueBytes = valueBytes;
  }

  public static Template of(String words, int valueBytes) {
    List<Place> places = new ArrayList<>();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String[] each = words.split(" ");
    request.writeBytes(ascii("*" + each.length + "\r\n"));
    for (String word : each) {
      byte[] filled = ascii(fill(word, valueBytes));
      request.writeBytes(ascii("$" + filled.length + "\r\n"));
      places(word, request.size(), valueBytes, places);
      request.writeBytes(filled);
      request.writeBytes(ascii("\r\n"));
    }
    return new Template(request.toByteArray(), places, valueBytes);
  }

  private static String fill(String word, int valueBytes) {
    return PLACE.matcher(word).replaceAll(place -> "0".repeat(bytes(place.group(1), valueBytes)));
  }

  private static void places(String word, int at, int valueBytes, List<Place> places) {
    Matcher place = PLACE.matcher(word);
    int grown = 0;
    while (place.find()) {
      Kind kind = switch (place.group(1)) {
        case "key" -> Kind.KEY;
        case "member" -> Kind.MEMBER;
        case "any" -> Kind.ANY;
        default -> Kind.VALUE;
      };
      places.add(new Place(kind, at + place.start() + grown));
      grown += bytes(place.group(1), valueBytes) - place.group().length();
    }
  }

  private static int bytes(String place, int valueBytes) {
    return place.equals("value") ? valueBytes : DIGITS;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Bytes of one request. */
  public int size() {
    return bytes.length;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Writes the places of the copy that begins at that offset. */
  void patch(ByteBuffer buffer, int offset, Draw draw, Values values) {
    for (Place place : places) {
      int at = offset + place.at();
      switch (place.kind()) {
        case KEY -> digits(buffer, at, draw.key());
        case MEMBER -> digits(buffer, at, draw.member());
        case ANY -> digits(buffer, at, draw.any());
        case VALUE -> values.put(buffer, at, valueBytes);
      }
    }
  }

  private static void digits(ByteBuffer buffer, int at, int number) {
    buffer.putInt(at, FOUR_DIGITS[number / HALF]);
    buffer.putInt(at + DIGITS / 2, FOUR_DIGITS[number % HALF]);
  }

  private static int[] fourDigits() {
    int[] table = new int[HALF];
    for (int i = 0; i < HALF; i++) {
      int digits = 0;
      for (int unit = HALF / 10; unit > 0; unit /= 10) {
        digits = digits << 8 | '0' + i / unit % 10;
      }
      table[i] = digits;
    }
    return table;
  }
}
