"""How text is seen, for articles and rules alike: folding, tokens, stems, sentences, documents."""

from worker.text.by_letter import folds_of_letters
from worker.text.document import LEAD_TOKENS, Document, FieldText
from worker.text.fold import fold
from worker.text.frequency import document_frequency
from worker.text.sentences import Span, paragraph_spans, sentence_spans
from worker.text.split import hash_base, hashes_of
from worker.text.stems import LONGEST_REMEMBERED, has_stemmer, stem_each, stem_token
from worker.text.tokens import Tokens, is_by_character, only_term, parts_of, terms_of, tokenize

__all__ = [
    "LEAD_TOKENS",
    "LONGEST_REMEMBERED",
    "Document",
    "FieldText",
    "Span",
    "Tokens",
    "document_frequency",
    "fold",
    "folds_of_letters",
    "has_stemmer",
    "hash_base",
    "hashes_of",
    "is_by_character",
    "only_term",
    "paragraph_spans",
    "parts_of",
    "sentence_spans",
    "stem_each",
    "stem_token",
    "terms_of",
    "tokenize",
]
