package tocsin.bench;

import java.io.IOException;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Runs of letters, marks and digits; scripts that are matched by character give a token a character and its marks. */
final class WordTokenizer extends Tokenizer {
  private static final Set<UnicodeScript> BY_CHARACTER =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.HANGUL,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);
  private static final int MARKS =
      1 << Character.NON_SPACING_MARK | 1 << Character.COMBINING_SPACING_MARK | 1 << Character.ENCLOSING_MARK;
  private static final int WORD =
      MARKS
          | 1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER
          | 1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;
  private static final int SARA_AM = 0x0E33;
  private static final int LAO_AM = 0x0EB3;

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private char[] text = new char[8192];
  private int length;
  private int at;

  @Override
  public void reset() throws IOException {
    super.reset();
    length = 0;
    at = 0;
    for (int read; (read = input.read(text, length, text.length - length)) >= 0; ) {
      length += read;
      if (length == text.length) {
        text = java.util.Arrays.copyOf(text, 2 * length);
      }
    }
  }

  @Override
  public boolean incrementToken() {
    clearAttributes();
    while (at < length && !isWord(codePoint())) {
      step();
    }
    if (at == length) {
      return false;
    }
    int start = at;
    boolean byCharacter = isByCharacter(codePoint());
    do {
      step();
    } while (at < length && (byCharacter ? extendsCharacter(codePoint()) : goesOn(codePoint())));
    term.copyBuffer(text, start, at - start);
    return true;
  }

  private int codePoint() {
    return Character.codePointAt(text, at, length);
  }

  private void step() {
    at += Character.charCount(codePoint());
  }

  private static boolean goesOn(int point) {
    return isWord(point) && !isByCharacter(point);
  }

  private static boolean isWord(int point) {
    if (point < 128) {
      return point >= 'a' && point <= 'z' || point >= 'A' && point <= 'Z' || point >= '0' && point <= '9';
    }
    return (1 << Character.getType(point) & WORD) != 0;
  }

  private static boolean isByCharacter(int point) {
    return point >= 0x0E00
        && !Character.isDigit(point)
        && BY_CHARACTER.contains(UnicodeScript.of(point));
  }

  private static boolean extendsCharacter(int point) {
    return (1 << Character.getType(point) & MARKS) != 0 || point == SARA_AM || point == LAO_AM;
  }
}
