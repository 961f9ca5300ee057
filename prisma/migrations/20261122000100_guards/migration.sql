-- What Prisma's schema cannot say: append-only tables, values that must hold, and the indexes of the queues.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER form_submission_append_only BEFORE UPDATE ON form_submission FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER form_revision_append_only BEFORE UPDATE ON form_revision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exam_version_immutable BEFORE UPDATE OR DELETE ON exam_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER grading_scheme_immutable BEFORE UPDATE OR DELETE ON grading_scheme FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Stored bytes of a document never change: once set, the hash stays.
CREATE FUNCTION keep_document_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.sha256 IS NOT NULL AND NEW.sha256 IS DISTINCT FROM OLD.sha256 THEN
    RAISE EXCEPTION 'document % is stored already', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER document_hash_stays BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION keep_document_hash();

ALTER TABLE assessment ADD CONSTRAINT assessment_status_known
  CHECK (status IN ('draft', 'invited', 'inProgress', 'assessed', 'returned', 'final', 'cancelled'));
ALTER TABLE assessment ADD CONSTRAINT assessment_score_known CHECK (score IS NULL OR score IN ('O', 'V', 'G'));
ALTER TABLE assessment ADD CONSTRAINT assessment_grade_range CHECK (grade_tenths IS NULL OR grade_tenths BETWEEN 10 AND 100);
ALTER TABLE assessment ADD CONSTRAINT assessment_final_has_result
  CHECK (status <> 'final' OR (score IS NOT NULL AND grade_tenths IS NOT NULL));
ALTER TABLE contact ADD CONSTRAINT contact_kind_known CHECK (kind IN ('school', 'practice'));
ALTER TABLE mail ADD CONSTRAINT mail_state_known
  CHECK (state IN ('queued', 'claimed', 'accepted', 'delivered', 'bounced', 'failed', 'unknown'));
ALTER TABLE mail ADD CONSTRAINT mail_address_one_line CHECK (to_address !~ '[\r\n]' AND to_name !~ '[\r\n]');
ALTER TABLE stream ADD CONSTRAINT stream_kind_known CHECK (kind IN ('assessment', 'invitation'));
ALTER TABLE stream ADD CONSTRAINT stream_relayed_range CHECK (relayed_seq BETWEEN 0 AND version);
ALTER TABLE event ADD CONSTRAINT event_seq_positive CHECK (seq > 0);
ALTER TABLE link ADD CONSTRAINT link_life CHECK (expires_at > issued_at);

-- The two queues and the open work are small beside the whole.
CREATE INDEX stream_unrelayed ON stream (id) WHERE relayed_seq < version;
CREATE INDEX mail_due ON mail (priority, next_try_at) WHERE state IN ('queued', 'unknown', 'claimed');
CREATE INDEX assessment_search ON assessment (school_id, status) INCLUDE (status_since);
