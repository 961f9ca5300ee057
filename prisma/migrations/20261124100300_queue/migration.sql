-- The queue: every filter that names no person has an index with its order, and members keep filters under a name.

-- CreateTable
CREATE TABLE "saved_filter" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "membership_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" JSONB NOT NULL,
    "is_start" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "saved_filter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "saved_filter_school_id_membership_id_idx" ON "saved_filter"("school_id", "membership_id");

-- AddForeignKey
ALTER TABLE "saved_filter" ADD CONSTRAINT "saved_filter_school_id_membership_id_fkey" FOREIGN KEY ("school_id", "membership_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE UNIQUE INDEX saved_filter_name ON saved_filter (membership_id, lower(name)) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX saved_filter_start ON saved_filter (membership_id) WHERE is_start AND removed_at IS NULL;

-- DropIndex
DROP INDEX "assessment_school_id_exam_version_id_status_idx";

-- CreateIndex
CREATE INDEX "assessment_by_exam" ON "assessment"("school_id", "exam_version_id", "status", "status_since", "id");

DROP INDEX assessment_remarked;
CREATE INDEX assessment_remarked ON assessment (school_id, status_since, id)
  WHERE status IN ('invited', 'inProgress', 'assessed', 'returned') AND (has_remarks OR is_disputed);

CREATE INDEX assessment_mark_any ON assessment (school_id, status, status_since, id) WHERE has_remarks;
CREATE INDEX assessment_mark_insufficient ON assessment (school_id, status, status_since, id) WHERE insufficient_count > 0;
CREATE INDEX assessment_mark_differs ON assessment (school_id, status, status_since, id) WHERE disagreement_count > 0;
CREATE INDEX assessment_mark_changed ON assessment (school_id, status, status_since, id) WHERE return_count > 0 OR edit_count > 0;
CREATE INDEX assessment_mark_late ON assessment (school_id, status, status_since, id) WHERE is_late;
CREATE INDEX assessment_mark_override ON assessment (school_id, status, status_since, id) WHERE override_count > 0;

CREATE INDEX assessment_proposed ON assessment (school_id, status_since, id) WHERE proposed_by_id IS NOT NULL;
CREATE INDEX assessment_reopened ON assessment (school_id, status_since, id) WHERE reopened_at IS NOT NULL;
CREATE INDEX assessment_unpublished ON assessment (school_id, status, status_since, id) WHERE awaits_publication;
