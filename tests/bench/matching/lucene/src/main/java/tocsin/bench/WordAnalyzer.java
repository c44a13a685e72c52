package tocsin.bench;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.Tokenizer;

/** Splits and folds as Tocsin does, so that both engines look for the same words in the same words. No stemming. */
final class WordAnalyzer extends Analyzer {
  @Override
  protected TokenStreamComponents createComponents(String field) {
    Tokenizer tokens = new WordTokenizer();
    return new TokenStreamComponents(tokens, new FoldFilter(tokens));
  }
}
