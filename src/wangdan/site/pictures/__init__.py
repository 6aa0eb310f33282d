"""Product pictures in one hand: flat drawings as SVG, rendered to WebP; `python -m wangdan.site.pictures FOLDER` writes them as files."""
