"""WHERE figures are kept: models, one write door, one read door, migrations, receipts."""
