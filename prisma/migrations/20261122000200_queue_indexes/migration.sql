-- The queue: what deserves a look, and words anywhere in a name, number or exam.

DROP INDEX assessment_search;
CREATE INDEX assessment_remarked ON assessment (school_id, status_since, id)
  WHERE status IN ('invited', 'inProgress', 'assessed', 'returned')
    AND (insufficient_count > 0 OR disagreement_count > 0 OR return_count > 0 OR is_late OR is_disputed);

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX assessment_search_words ON assessment USING gin (search_text gin_trgm_ops);
CREATE INDEX student_search_words ON student USING gin (search_text gin_trgm_ops);
