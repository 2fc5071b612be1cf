"""The artifact format: named safetensors and JSON parts, a format version and a content digest. Knows no meaning."""

from vaegis.bundle.format import FORMAT_VERSION, Bundle, parse_bundle, read_bundle, write_bundle
from vaegis.bundle.manifest import file_digest, tree_manifest

__all__ = ["FORMAT_VERSION", "Bundle", "file_digest", "parse_bundle", "read_bundle", "tree_manifest", "write_bundle"]
