-- What is late, failed, unknown or not told is found without reading the whole: one small index for each question.

-- When the newest event was written.
ALTER TABLE "stream" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE stream SET changed_at = event.at FROM event WHERE event.stream_id = stream.id AND event.seq = stream.version;

-- What the relay told and when, beside what the workflow says that it saw; and whether a person asked to tell it again.
ALTER TABLE "workflow_view" ADD COLUMN     "told_seq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "told_at" TIMESTAMPTZ(3),
ADD COLUMN     "nudged_at" TIMESTAMPTZ(3);
INSERT INTO workflow_view (stream_id, school_id, seen_seq, waits_for, since, updated_at, told_seq, told_at)
  SELECT id, school_id, 0, 'start', changed_at, changed_at, relayed_seq, changed_at FROM stream WHERE relayed_seq > 0
  ON CONFLICT (stream_id) DO UPDATE SET told_seq = EXCLUDED.told_seq, told_at = EXCLUDED.told_at;

-- A person looked at a mail that did not arrive and needs nothing more.
ALTER TABLE "mail" ADD COLUMN     "dealt_at" TIMESTAMPTZ(3);

-- Append-only: who mended what, and when.
CREATE TABLE "mending" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mending_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "mending_school_id_at_idx" ON "mending"("school_id", "at");
CREATE INDEX "mending_target_id_at_idx" ON "mending"("target_id", "at");
CREATE TRIGGER mending_append_only BEFORE UPDATE OR DELETE ON mending FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE INDEX stream_unrelayed_by_age ON stream (school_id, changed_at, id) WHERE relayed_seq < version;
CREATE INDEX workflow_view_unseen ON workflow_view (school_id, told_at, stream_id) WHERE seen_seq < told_seq;
CREATE INDEX workflow_view_due ON workflow_view (school_id, next_at, stream_id) WHERE NOT is_closed AND next_at IS NOT NULL;
CREATE INDEX workflow_view_nudged ON workflow_view (nudged_at, stream_id) WHERE nudged_at IS NOT NULL;
CREATE INDEX mail_open_by_age ON mail (school_id, queued_at, id) WHERE state IN ('queued', 'claimed', 'unknown');
CREATE INDEX mail_not_arrived ON mail (school_id, queued_at, id)
  WHERE state IN ('failed', 'bounced') AND dealt_at IS NULL AND COALESCE(last_error, '') NOT IN ('OBSOLETE', 'TOO_LATE');
CREATE INDEX document_not_made ON document (school_id, id) WHERE stored_at IS NULL;
CREATE INDEX document_not_mailed ON document (school_id, stored_at, id) WHERE stored_at IS NOT NULL AND mailed_at IS NULL;
CREATE INDEX assessment_open_by_due ON assessment (school_id, due_at, id)
  WHERE status IN ('draft', 'invited', 'inProgress', 'returned');
CREATE INDEX invitation_undelivered ON invitation (school_id, delivery_at, id)
  WHERE status = 'active' AND delivery IN ('bounced', 'failed') AND opened_at IS NULL;
