"""Who prints nothing pays nothing: the API starts without Pillow and opens no font."""

import subprocess
import sys

from backend.core import paths

ROOT = paths.folder("campaigns").parent


def test_the_application_is_built_without_the_picture_library() -> None:
    asked = "import sys, backend.app, backend.worker; print('PIL' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert told.strip() == "False"


def test_a_sheet_s_own_module_is_light_for_it_is_imported_where_pages_are_drawn() -> None:
    asked = "import sys, backend.checkins.site_sheet; print('PIL' in sys.modules, 'strawberry' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert told.strip() == "False False"
