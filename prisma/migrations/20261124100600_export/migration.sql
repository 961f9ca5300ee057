-- Lists of results and documents that leave the school: how they are written, who fetched them, and what was in them.

-- CreateTable
CREATE TABLE "export_profile" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "format" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_by_id" UUID NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_profile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "export_run" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "exam_id" UUID,
    "profile_id" UUID,
    "profile_name" TEXT NOT NULL DEFAULT '',
    "format" JSONB,
    "started_by_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "export_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "export_outcome" (
    "run_id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "row_count" INTEGER NOT NULL,
    "document_count" INTEGER NOT NULL,
    "missing_count" INTEGER NOT NULL DEFAULT 0,
    "again_count" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "export_outcome_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "export_row" (
    "school_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "export_row_pkey" PRIMARY KEY ("run_id","document_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "export_profile_school_id_id_key" ON "export_profile"("school_id", "id");

-- CreateIndex
CREATE INDEX "export_run_school_id_kind_started_at_idx" ON "export_run"("school_id", "kind", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "export_run_school_id_id_key" ON "export_run"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "export_outcome_school_id_run_id_key" ON "export_outcome"("school_id", "run_id");

-- CreateIndex
CREATE INDEX "export_row_document_id_idx" ON "export_row"("document_id");

-- AddForeignKey
ALTER TABLE "export_profile" ADD CONSTRAINT "export_profile_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_run" ADD CONSTRAINT "export_run_school_id_started_by_id_fkey" FOREIGN KEY ("school_id", "started_by_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_outcome" ADD CONSTRAINT "export_outcome_school_id_run_id_fkey" FOREIGN KEY ("school_id", "run_id") REFERENCES "export_run"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_row" ADD CONSTRAINT "export_row_school_id_run_id_fkey" FOREIGN KEY ("school_id", "run_id") REFERENCES "export_run"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_row" ADD CONSTRAINT "export_row_school_id_document_id_fkey" FOREIGN KEY ("school_id", "document_id") REFERENCES "document"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One profile of a name, in whatever capitals, among those that are in use.
CREATE UNIQUE INDEX export_profile_name ON export_profile (school_id, lower(name)) WHERE deleted_at IS NULL;

-- A list is read in pieces, each from where the one before it ended.
CREATE INDEX assessment_exported ON assessment (school_id, exam_version_id, decided_at, id) WHERE status = 'final';

-- Documents by the day of their own decision, which stands in them as ISO 8601 UTC, so that texts sort as moments do.
CREATE INDEX document_decided ON document (school_id, (data #>> '{decision,at}') COLLATE "C", id);
