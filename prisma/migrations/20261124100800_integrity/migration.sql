-- What is written down of the record's heads, and when stored bytes were last read again.

-- CreateTable
CREATE TABLE "anchor" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "day" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "stream_count" INTEGER NOT NULL,
    "event_count" INTEGER NOT NULL,
    "root" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "anchor_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "anchor_school_id_day_key" ON "anchor"("school_id", "day");

-- AlterTable
ALTER TABLE "attachment" ADD COLUMN     "damaged_at" TIMESTAMPTZ(3),
ADD COLUMN     "verified_at" TIMESTAMPTZ(3);

-- Append-only: an anchor says what was, whatever is now.
CREATE TRIGGER anchor_append_only BEFORE UPDATE OR DELETE ON anchor FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER anchor_no_truncate BEFORE TRUNCATE ON anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Read again: what was damaged first, then what was not read for longest. And what is damaged, by school.
CREATE INDEX document_by_verified ON document (verified_at NULLS FIRST, id) WHERE sha256 IS NOT NULL;
CREATE INDEX attachment_by_verified ON attachment (verified_at NULLS FIRST, id);
CREATE INDEX document_damaged ON document (school_id, damaged_at, id) WHERE damaged_at IS NOT NULL;
CREATE INDEX attachment_damaged ON attachment (school_id, damaged_at, id) WHERE damaged_at IS NOT NULL;
