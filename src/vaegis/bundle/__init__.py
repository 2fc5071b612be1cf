"""The artifact format: named safetensors and JSON parts, a format version and a content digest. Knows no meaning."""

from vaegis.bundle.attachments import attach, read_attachment
from vaegis.bundle.format import FORMAT_VERSION, Bundle, parse_bundle, read_bundle, write_bundle
from vaegis.bundle.manifest import file_digest, tree_manifest

__all__ = [
    "FORMAT_VERSION",
    "Bundle",
    "attach",
    "file_digest",
    "parse_bundle",
    "read_attachment",
    "read_bundle",
    "tree_manifest",
    "write_bundle",
]
