"""All surfaces, and how many of a thousand cases each gets: cheap ones many, dear ones fewer."""

from tests.fuzz import catalogs, codecs, command, harvests, messages
from tests.fuzz.surface import Surface

SURFACES = (
    Surface("export lines", 290, harvests.export_line, harvests.reading_lines),
    Surface("export files", 10, harvests.export_file, harvests.reading_files),
    Surface("harvest events", 60, harvests.event, harvests.harvesting),
    Surface("changes pages", 80, harvests.changes_page, harvests.following_changes),
    Surface("work items", 80, messages.work_item, messages.collecting),
    Surface("lake messages", 70, messages.s3_event, messages.writing_the_lake),
    Surface("loader messages", 50, messages.s3_event, messages.loading_the_catalog),
    Surface("dropped files", 70, catalogs.drop, catalogs.reading_drops),
    Surface("bronze objects", 60, catalogs.bronze, catalogs.reading_bronze),
    Surface("API queries", 80, catalogs.query_string, catalogs.parsing_queries),
    Surface("API posts", 60, catalogs.post, catalogs.reading_posts),
    Surface("API requests", 40, catalogs.request, catalogs.asking_the_api),
    Surface("commands", 15, command.command, command.commanding),
    Surface("bodies", 25, codecs.body, codecs.encoding),
    Surface("objects", 10, codecs.stored, codecs.decoding),
)
