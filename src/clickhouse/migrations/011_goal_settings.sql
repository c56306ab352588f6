-- A goal may be judged by settings of its own.
ALTER TABLE goals ADD COLUMN IF NOT EXISTS
    pace String COMMENT 'settings of its pace that differ from those of the deployment: behind-below=0.2,min-days=7';
