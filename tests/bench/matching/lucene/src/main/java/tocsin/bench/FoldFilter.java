package tocsin.bench;

import java.io.IOException;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Folds a word as Tocsin does. ASCII is only lowered; the rest is folded once a word and remembered. */
final class FoldFilter extends TokenFilter {
  private static final int REMEMBERED = 1 << 18;
  private static final char BREVE = '\u0306';
  private static final Set<UnicodeScript> LOSES_MARKS =
      EnumSet.of(
          UnicodeScript.LATIN,
          UnicodeScript.GREEK,
          UnicodeScript.CYRILLIC,
          UnicodeScript.HEBREW,
          UnicodeScript.ARABIC);

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final Map<String, String> folded = new HashMap<>();

  FoldFilter(TokenStream input) {
    super(input);
  }

  @Override
  public boolean incrementToken() throws IOException {
    while (input.incrementToken()) {
      if (!lowerAscii(term.buffer(), term.length())) {
        if (folded.size() >= REMEMBERED) {
          folded.clear();
        }
        String plain = folded.computeIfAbsent(term.toString(), FoldFilter::fold);
        term.setEmpty().append(plain);
      }
      if (term.length() > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean lowerAscii(char[] buffer, int length) {
    for (int at = 0; at < length; at++) {
      char each = buffer[at];
      if (each >= 128) {
        return false;
      }
      if (each >= 'A' && each <= 'Z') {
        buffer[at] = (char) (each + ('a' - 'A'));
      }
    }
    return true;
  }

  static String fold(String word) {
    String lower = Normalizer.normalize(word, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String apart = Normalizer.normalize(lower.replace("ß", "ss").replace('ς', 'σ'), Normalizer.Form.NFD);
    StringBuilder kept = new StringBuilder(apart.length());
    UnicodeScript script = UnicodeScript.COMMON;
    int base = 0;
    for (int at = 0, point; at < apart.length(); at += Character.charCount(point)) {
      point = apart.codePointAt(at);
      boolean mark = Character.getType(point) == Character.NON_SPACING_MARK;
      if (!mark) {
        script = UnicodeScript.of(point);
        base = point;
      }
      boolean short_i = base == 'и' && point == BREVE;
      if (point != '\u0640' && !(mark && LOSES_MARKS.contains(script) && !short_i)) {
        kept.appendCodePoint(plain(point));
      }
    }
    return Normalizer.normalize(kept, Normalizer.Form.NFC);
  }

  private static int plain(int point) {
    if (Character.isDigit(point)) {
      return '0' + Character.digit(point, 10);
    }
    return switch (point) {
      case 'ı' -> 'i';
      case 'ٱ' -> 'ا';
      default -> point;
    };
  }
}
