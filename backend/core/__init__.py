"""What every slice stands on and what knows no domain word: database, clock, errors, ids, jobs, GraphQL commons."""
