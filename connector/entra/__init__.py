"""Microsoft Entra through Microsoft Graph: who somebody is, and their Temporary Access Passes."""
